/* A library with one program in bytecode, as the engine ABI wants it. IMAGE names a file of its bytes.
 *
 *   cc -shared -fPIC -DIMAGE='"program.inc"' vm_loader.c engine.c vm.c
 *
 * Opening allocates, once, before anything is real-time.
 */
#include <stdio.h>
#include <stdlib.h>
#include "engine.h"
#include "vm.h"

static const _Alignas(8) unsigned char image[] = {
#include IMAGE
};

const dspc_program *dspc_program_get(void);
const dspc_program *dspc_program_get(void)
{
  static dspc_program program;
  static char message[200];
  size_t bytes = dspc_vm_bytes(image, sizeof image);
  void *memory = malloc(bytes);
  if (memory && !dspc_vm_open(image, sizeof image, memory, bytes, &program, message, sizeof message)) return &program;
  fprintf(stderr, "the image cannot be opened: %s\n", message);
  exit(2);
}
