// What a Faust program is wrapped in: a block function in C, and just as much of Faust's classes as it needs.
#define FAUSTFLOAT float

struct Meta { void declare(const char *, const char *) {} };
struct UI {
  void openVerticalBox(const char *) {}
  void closeBox() {}
};
struct dsp { virtual ~dsp() {} };

<<includeIntrinsic>>
<<includeclass>>

extern "C" void *program_new()
{
  mydsp *made = new mydsp();
  made->init(48000);
  return made;
}

extern "C" void program_run(void *state, int n, const float *const *in, float *const *out)
{
  static_cast<mydsp *>(state)->compute(n, const_cast<float **>(in), const_cast<float **>(out));
}
