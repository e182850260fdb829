/* The virtual machine: runs a program from a .dspb image (backends/bytecode/image.py writes them).
 *
 *   size_t bytes = dspc_vm_bytes(data, size);
 *   if (bytes && dspc_vm_open(data, size, memory, bytes, &program, message, sizeof message) == 0)
 *     ... dspc_bytes(&program, rate, NULL), dspc_prepare, dspc_process: as any program ...
 *
 * Nothing is allocated and nothing is copied: `data` (aligned to 8) and `memory` must outlive the program.
 */
#ifndef DSPC_VM_H
#define DSPC_VM_H
#include "engine.h"

/* cdef begin */
/* Bytes of memory (aligned to 8) that dspc_vm_open needs; 0 if the image cannot be one. */
DSPC_API size_t dspc_vm_bytes(const void *data, size_t size);
/* Checks the whole image and makes a program of it; 0 if it is sound, else -1, and `message` (if its capacity
 * is not 0) says what is wrong. A program that was accepted never reads or writes outside its memory. Not
 * meant for the audio thread: it takes as long as the image is large. */
DSPC_API int dspc_vm_open(const void *data, size_t size, void *memory, size_t memory_bytes,
                          dspc_program *program, char *message, size_t capacity);
/* cdef end */

#endif
