/*
 * The floor: plays packets that were made beforehand against a milter, and understands nothing but
 * the lengths of its answers. No client can be faster than this one is.
 *
 *   floor ADDRESS STEPS SESSIONS MESSAGES SECONDS [WARM-UP]
 *
 * ADDRESS is a path, or a port of 127.0.0.1. STEPS is a file of steps, each
 *
 *   kind (1 byte), number of answers (4 bytes, big endian), length (4 bytes), bytes
 *
 * where the kind is 'O' (once a connection, at its begin), 'M' (of each message) or 'Q' (at its end).
 * SESSIONS threads do connections of MESSAGES messages each for SECONDS, after WARM-UP seconds, by
 * default one. Prints the number of messages per second.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct step { char kind; uint32_t answers; uint32_t length; char *bytes; };

static struct step steps[4096];
static int step_count;
static const char *address;
static int messages;
static volatile int counting, stopping;

static void die(const char *what) { perror(what); exit(1); }

static uint32_t number(FILE *in) {
  unsigned char b[4];
  if (fread(b, 1, 4, in) != 4) die("steps");
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void read_steps(const char *path) {
  FILE *in = fopen(path, "rb");
  int kind;
  if (in == NULL) die(path);
  while ((kind = fgetc(in)) != EOF) {
    struct step *s = &steps[step_count++];
    s->kind = (char)kind;
    s->answers = number(in);
    s->length = number(in);
    s->bytes = malloc(s->length);
    if (step_count == 4096 || fread(s->bytes, 1, s->length, in) != s->length) die("steps");
  }
  fclose(in);
}

static int is_tcp(void) { return address[0] != '/'; }

static int dial(void) {
  int fd, one = 1;
  if (is_tcp()) {
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(address)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  } else {
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    strncpy(to.sun_path, address, sizeof to.sun_path - 1);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("connect");
  }
  return fd;
}

/* What was read and not taken; enough for many small answers. */
struct input { char bytes[8192]; size_t from, to; };

static void take(int fd, struct input *in, char *into, size_t length) {
  while (length > 0) {
    if (in->from == in->to) {
      int one = 1;
      if (is_tcp()) setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
      ssize_t n = read(fd, in->bytes, sizeof in->bytes);
      if (n <= 0) die("read");
      in->from = 0;
      in->to = (size_t)n;
    }
    size_t n = in->to - in->from < length ? in->to - in->from : length;
    if (into != NULL) { memcpy(into, in->bytes + in->from, n); into += n; }
    in->from += n;
    length -= n;
  }
}

/* Edits before the answer at the end of a message do not count. */
static int is_answer(char code) { return strchr("+bhmieq2p", code) == NULL; }

static void answer(int fd, struct input *in) {
  unsigned char head[5];
  do {
    take(fd, in, (char *)head, 5);
    uint32_t length = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    take(fd, in, NULL, length - 1);
  } while (!is_answer((char)head[4]));
}

static void play(int fd, struct input *in, char kind) {
  for (int i = 0; i < step_count; i++) {
    struct step *s = &steps[i];
    if (s->kind != kind) continue;
    if (write(fd, s->bytes, s->length) != (ssize_t)s->length) die("write");
    for (uint32_t a = 0; a < s->answers; a++) answer(fd, in);
  }
}

static void *session(void *count) {
  long *done = count;
  while (!stopping) {
    struct input in = { .from = 0, .to = 0 };
    int fd = dial();
    play(fd, &in, 'O');
    for (int m = 0; m < messages; m++) {
      play(fd, &in, 'M');
      if (counting) ++*done;
    }
    play(fd, &in, 'Q');
    close(fd);
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[256];
  long done[256] = {0}, all = 0;
  struct timespec begin, end;
  if (argc < 6) {
    fprintf(stderr, "usage: floor ADDRESS STEPS SESSIONS MESSAGES SECONDS [WARM-UP]\n");
    return 2;
  }
  address = argv[1];
  read_steps(argv[2]);
  int sessions = atoi(argv[3]);
  messages = atoi(argv[4]);
  for (int i = 0; i < sessions; i++) pthread_create(&threads[i], NULL, session, &done[i]);
  usleep((useconds_t)((argc > 6 ? atof(argv[6]) : 1) * 1e6));
  clock_gettime(CLOCK_MONOTONIC, &begin);
  counting = 1;
  usleep((useconds_t)(atof(argv[5]) * 1e6));
  counting = 0;
  clock_gettime(CLOCK_MONOTONIC, &end);
  stopping = 1;
  for (int i = 0; i < sessions; i++) { pthread_join(threads[i], NULL); all += done[i]; }
  double seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
  printf("%.1f\n", (double)all / seconds);
  return 0;
}
