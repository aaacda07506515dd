import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A disk that fails when it is told to: a small library that stands between the server and the C library (LD_PRELOAD). It fails one call on one file, once,
 * as a disk does that has one bad sector: the next call succeeds, and says nothing of what was lost.
 */
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* The file that arms it holds: CALL FILE ERRNO. */
static int fails(const char *call, int fd) {
  const char *armed = getenv("FAULT_FILE");
  if (armed == NULL) return 0;
  FILE *f = fopen(armed, "r");
  if (f == NULL) return 0;
  char wanted[64], file[64], link[64], path[4096];
  int number;
  int read = fscanf(f, "%63s %63s %d", wanted, file, &number);
  fclose(f);
  if (read != 3 || strcmp(wanted, call) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  if (name == NULL || strcmp(name + 1, file) != 0) return 0;
  unlink(armed);
  errno = number;
  return 1;
}

#define REAL(name, type) static __typeof__(type) real; if (real == NULL) real = (__typeof__(type))dlsym(RTLD_NEXT, name)

int fdatasync(int fd) {
  REAL("fdatasync", int (*)(int));
  return fails("sync", fd) ? -1 : real(fd);
}
int fsync(int fd) {
  REAL("fsync", int (*)(int));
  return fails("sync", fd) ? -1 : real(fd);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off64_t));
  return fails("write", fd) ? -1 : real(fd, from, size, at);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
  REAL("pwrite", ssize_t (*)(int, const void *, size_t, off_t));
  return fails("write", fd) ? -1 : real(fd, from, size, at);
}
ssize_t pread64(int fd, void *to, size_t size, off64_t at) {
  REAL("pread64", ssize_t (*)(int, void *, size_t, off64_t));
  return fails("read", fd) ? -1 : real(fd, to, size, at);
}
ssize_t pread(int fd, void *to, size_t size, off_t at) {
  REAL("pread", ssize_t (*)(int, void *, size_t, off_t));
  return fails("read", fd) ? -1 : real(fd, to, size, at);
}
`

const numbers = { EIO: 5, ENOSPC: 28 } as const

export interface Fault {
  readonly call: 'sync' | 'write' | 'read'
  /** The name of the file whose call fails. */
  readonly file: string
  readonly error: keyof typeof numbers
}

export interface BadDisk {
  /** What to start the server under. */
  readonly under: readonly string[]
  /** The next such call fails, once. */
  readonly arm: (fault: Fault) => void
  /** No call fails that has not. */
  readonly disarm: () => void
}

/** Where there is no Linux or no compiler, no disk can be made to fail: undefined. */
export function badDisk(folder: string): BadDisk | undefined {
  if (process.platform !== 'linux') return undefined
  const library = join(folder, 'bad-disk.so')
  const args = ['-shared', '-fPIC', '-O1', '-x', 'c', '-', '-o', library, '-ldl']
  const { error, status, stderr } = spawnSync('cc', args, { input: source, encoding: 'utf8' })
  if (error !== undefined) return undefined
  if (status !== 0) throw new Error(`The bad disk does not compile:\n${stderr}`)
  const armed = join(folder, 'fault')
  return {
    under: ['env', `LD_PRELOAD=${library}`, `FAULT_FILE=${armed}`],
    arm: ({ call, file, error }) => writeFileSync(armed, `${call} ${file} ${numbers[error]}\n`),
    disarm: () => rmSync(armed, { force: true }),
  }
}
