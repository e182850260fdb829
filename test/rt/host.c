/* A small host that plays a compiled engine twice and says whether it kept quiet, as one line of JSON.
 *
 *   LD_PRELOAD=guard.so host ENGINE.so BLOCKS FRAMES RATE SEED LIMIT_MS
 *
 * Each run is a forked child with a time limit. The first runs with the preload guard armed; the second under
 * a seccomp filter that allows nothing but to exit and to return from a signal, and with the time-stamp
 * counter switched off (which also catches the vDSO's clock). Memory and buffers end at an unmapped page, so
 * that a write past the end is a fault. Blocks have random lengths, events are random and partly hostile.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include "engine.h"

#define MAX_EVENTS 8
#define MAX_CHANNELS 16
#define WARM_BLOCKS 64

struct engine {
  const dspc_program *program;
  void *memory;
  unsigned frames;
  float *inputs[MAX_CHANNELS], *outputs[MAX_CHANNELS];
  double rate;
  size_t (*bytes)(const dspc_program *, double, size_t *);
  int (*prepare)(const dspc_program *, void *, double, void *);
  void (*reset)(const dspc_program *, void *);
  void (*process)(const dspc_program *, void *, const float *const *, float *const *, uint32_t,
                  const dspc_event *, uint32_t);
  double (*get_param)(const dspc_program *, const void *, uint32_t);
  uint32_t (*ended)(const dspc_program *, void *, dspc_ended_note *, uint32_t);
  uint32_t (*active)(const dspc_program *, const void *);
};

struct verdict { /* in memory shared with the child */
  volatile int end; /* index of ENDS */
  volatile long detail;
  unsigned calls;
  char names[512];
};
enum { CRASHED, DONE, TIME_LIMIT, SYSCALL, CLOCK, FAULT, REFUSED };
static const char *const ENDS[] = {"crashed", "done", "time limit", "syscall", "time-stamp counter", "fault", "refused"};

static struct verdict *verdict;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return limit ? random_state % limit : 0;
}

static double random_unit(void) { return random_below(1u << 24) / (double)(1u << 24); }

static void die(const char *what, const char *detail) {
  fprintf(stderr, "host: %s: %s\n", what, detail);
  exit(2);
}

static void *allocate(size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (bytes + page - 1) / page * page;
  char *start = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED || mprotect(start + room, page, PROT_NONE)) die("allocate", "out of memory");
  return start + room - (bytes + DSPC_ALIGN - 1) / DSPC_ALIGN * DSPC_ALIGN;
}

static void find(void *library, const char *name, void *slot) {
  void *found = dlsym(library, name);
  if (!found) die("missing symbol", name);
  memcpy(slot, &found, sizeof found);
}

static void open_engine(struct engine *engine, const char *path) {
  const dspc_program *(*get)(void);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) die("dlopen", dlerror());
  find(library, "dspc_program_get", &get);
  find(library, "dspc_bytes", &engine->bytes);
  find(library, "dspc_prepare", &engine->prepare);
  find(library, "dspc_reset", &engine->reset);
  find(library, "dspc_process", &engine->process);
  find(library, "dspc_get_param", &engine->get_param);
  find(library, "dspc_ended_notes", &engine->ended);
  find(library, "dspc_active_voices", &engine->active);
  engine->program = get();
  if (engine->program->inputs > MAX_CHANNELS || engine->program->outputs > MAX_CHANNELS)
    die("too many channels", path);
}

static int prepare(struct engine *engine) {
  size_t bytes = engine->bytes(engine->program, engine->rate, NULL);
  if (!bytes) return -1;
  engine->memory = allocate(bytes);
  for (unsigned c = 0; c < MAX_CHANNELS; c++) {
    engine->inputs[c] = allocate(engine->frames * sizeof(float));
    engine->outputs[c] = allocate(engine->frames * sizeof(float));
  }
  return engine->prepare(engine->program, engine->memory, engine->rate, NULL);
}

static double random_value(const dspc_program *program, const dspc_event *event) {
  if (random_below(32) == 0) return random_below(2) ? (double)NAN : 1e30;
  if (event->type != DSPC_EVENT_PARAM || event->index >= program->param_count) return random_unit();
  const dspc_param *param = &program->params[event->index];
  return param->min + random_unit() * (param->max - param->min);
}

/* Sorted by frame, as the ABI asks; one index in 16 is out of range, as hosts sometimes send. */
static uint32_t random_events(const dspc_program *program, uint32_t frames, dspc_event *events) {
  uint32_t count = frames ? random_below(MAX_EVENTS + 1) : 0, frame = 0;
  for (uint32_t i = 0; i < count; i++) {
    dspc_event *event = &events[i];
    frame += random_below(frames - frame);
    memset(event, 0, sizeof *event);
    event->frame = frame;
    event->type = random_below(DSPC_EVENT_ALL_NOTES_OFF + 1);
    if (random_below(2)) event->type = random_below(3); /* mostly parameters and notes */
    event->id = (int32_t)random_below(12) - 1;
    event->channel = (int32_t)random_below(16);
    event->index = event->type == DSPC_EVENT_PARAM ? random_below(program->param_count + 1) : random_below(128);
    if (random_below(16) == 0) event->index = random_below(0xffffffffu);
    event->value = random_value(program, event);
  }
  return count;
}

static void random_inputs(struct engine *engine, uint32_t frames) {
  for (unsigned c = 0; c < engine->program->inputs; c++)
    for (uint32_t i = 0; i < frames; i++) engine->inputs[c][i] = (float)(random_unit() * 2 - 1);
  if (engine->program->inputs && frames && random_below(16) == 0)
    engine->inputs[0][random_below(frames)] = random_below(2) ? NAN : INFINITY;
}

static void play(struct engine *engine, unsigned blocks) {
  dspc_event events[MAX_EVENTS];
  dspc_ended_note ended[16];
  for (unsigned block = 0; block < blocks; block++) {
    uint32_t frames = random_below(4) ? engine->frames : random_below(engine->frames + 1);
    uint32_t count = random_events(engine->program, frames, events);
    int in_place = random_below(2) && engine->program->inputs >= engine->program->outputs;
    random_inputs(engine, frames);
    engine->process(engine->program, engine->memory, (const float *const *)engine->inputs,
                    in_place ? engine->inputs : engine->outputs, frames, events, count);
    engine->ended(engine->program, engine->memory, ended, 16);
    engine->active(engine->program, engine->memory);
    if (engine->program->param_count) engine->get_param(engine->program, engine->memory, 0);
    if (block % 64 == 63) engine->reset(engine->program, engine->memory);
  }
}

static void on_signal(int number, siginfo_t *info, void *context) {
  verdict->end = number == SIGSYS ? SYSCALL : FAULT;
  verdict->detail = number == SIGSYS ? info->si_syscall : number;
#ifdef __x86_64__
  if (number == SIGSEGV) {
    const unsigned char *at = (const unsigned char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    int reads_counter = info->si_code == SI_KERNEL && at[0] == 0x0f && (at[1] == 0x31 || at[1] == 0x01);
    if (reads_counter) verdict->end = CLOCK;
  }
#else
  (void)context;
#endif
  _exit(1);
}

static void catch_signals(void) {
  static char stack[1 << 16]; /* of its own, so that an overflow of the stack is reported too */
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaltstack(&alternative, NULL);
  int signals[] = {SIGSYS, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "name the system-call convention of this machine"
#endif

static int allow_only_exit(void) {
#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW(__NR_exit), ALLOW(__NR_exit_group), ALLOW(__NR_rt_sigreturn),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog filter = {.len = sizeof rules / sizeof *rules, .filter = rules};
#ifdef __x86_64__
  if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0)) return -1;
#endif
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static void run_guarded(struct engine *engine, unsigned blocks) {
  void (*arm)(int);
  unsigned (*report)(char *, size_t);
  find(RTLD_DEFAULT, "rt_guard_arm", &arm);
  find(RTLD_DEFAULT, "rt_guard_report", &report);
  arm(1);
  play(engine, blocks);
  arm(0);
  verdict->calls = report(verdict->names, sizeof verdict->names);
}

static void run_filtered(struct engine *engine, unsigned blocks) {
  if (allow_only_exit()) {
    verdict->end = REFUSED;
    _exit(1);
  }
  play(engine, blocks);
}

static void in_child(struct engine *engine, unsigned blocks, void (*run)(struct engine *, unsigned)) {
  if (prepare(engine)) die("prepare", "the engine refused");
  catch_signals();
  play(engine, WARM_BLOCKS); /* binds symbols, touches pages */
  run(engine, blocks);
  verdict->end = DONE;
  _exit(0);
}

/* Runs `run` in a child; what happened is in *verdict. */
static void judge(struct engine *engine, unsigned blocks, unsigned limit_ms, void (*run)(struct engine *, unsigned)) {
  memset(verdict, 0, sizeof *verdict);
  pid_t child = fork();
  if (child < 0) die("fork", "failed");
  if (child == 0) in_child(engine, blocks, run);
  const struct timespec pause = {.tv_nsec = 500 * 1000};
  int status = 0;
  for (unsigned waited = 0; waitpid(child, &status, WNOHANG) == 0; waited++) {
    if (waited > limit_ms * 2) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      verdict->end = TIME_LIMIT;
      return;
    }
    nanosleep(&pause, NULL);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) exit(2); /* the child has said why */
}

static void print_verdict(const char *name, const char *after) {
  printf("\"%s\": {\"end\": \"%s\", \"detail\": %ld, \"calls\": %u, \"names\": \"%s\"}%s", name, ENDS[verdict->end],
         verdict->detail, verdict->calls, verdict->names, after);
}

int main(int argc, char **argv) {
  if (argc != 7) die("usage", "host ENGINE.so BLOCKS FRAMES RATE SEED LIMIT_MS");
  struct engine engine = {.frames = (unsigned)atoi(argv[3]), .rate = atof(argv[4])};
  unsigned blocks = (unsigned)atoi(argv[2]), limit_ms = (unsigned)atoi(argv[6]);
  random_state = (uint32_t)atoi(argv[5]) * 2654435761u | 1u;
  verdict = mmap(NULL, sizeof *verdict, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (verdict == MAP_FAILED) die("mmap", "failed");
  open_engine(&engine, argv[1]);
  fputs("{", stdout);
  fflush(stdout);
  judge(&engine, blocks, limit_ms, run_guarded);
  print_verdict("guard", ", ");
  fflush(stdout); /* a child must not inherit unwritten text */
  judge(&engine, blocks, limit_ms, run_filtered);
  print_verdict("seccomp", "}\n");
  return 0;
}
