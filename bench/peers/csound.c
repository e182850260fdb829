/* Csound as a block function. Declarations of the few functions of its library that are used, as its manual has them. */
#include <stdarg.h>
#include <stdlib.h>

typedef struct CSOUND_ CSOUND;
CSOUND *csoundCreate(void *host_data);
int csoundInitialize(int flags);
void csoundSetDefaultMessageCallback(void (*)(CSOUND *, int kind, const char *format, va_list));
int csoundSetOption(CSOUND *, const char *);
void csoundSetHostImplementedAudioIO(CSOUND *, int state, int buffer_frames);
int csoundCompileOrc(CSOUND *, const char *orchestra);
int csoundStart(CSOUND *);
int csoundPerformKsmps(CSOUND *);
double *csoundGetSpin(CSOUND *);
double *csoundGetSpout(CSOUND *);

typedef struct { CSOUND *csound; int inputs, outputs; } player;

/* It greets on the console. */
static void silent(CSOUND *csound, int kind, const char *format, va_list values)
{
}

/* Null if the orchestra does not compile. Its ksmps has to be the block. */
void *csound_new(const char *orchestra, int inputs, int outputs)
{
  player *p = malloc(sizeof *p);
  csoundSetDefaultMessageCallback(silent);
  csoundInitialize(3); /* no handlers of signals or of the process's end */
  *p = (player){csoundCreate(0), inputs, outputs};
  csoundSetOption(p->csound, "-n");
  csoundSetOption(p->csound, "-d");
  csoundSetOption(p->csound, "-m0");
  csoundSetHostImplementedAudioIO(p->csound, 1, 0);
  if (csoundCompileOrc(p->csound, orchestra) || csoundStart(p->csound)) return 0;
  return p;
}

void csound_run(void *state, int n, const float *const *in, float *const *out)
{
  player *p = state;
  if (p->inputs) {
    double *spin = csoundGetSpin(p->csound);
    for (int i = 0; i < n; i++)
      for (int c = 0; c < p->inputs; c++) spin[i * p->inputs + c] = in[c][i];
  }
  csoundPerformKsmps(p->csound);
  const double *spout = csoundGetSpout(p->csound);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < p->outputs; c++) out[c][i] = (float)spout[i * p->outputs + c];
}
