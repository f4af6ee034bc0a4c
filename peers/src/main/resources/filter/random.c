/*
 * A libmilter filter that answers at random.
 *
 *   filter SOCKET SEED LACKS DECLINES SILENT
 *
 *   SEED      of the answers: the n-th connection of a process gets the same in each run
 *   LACKS     steps (SMFIP_NO*, hexadecimal) whose callback is not there
 *   DECLINES  further steps (SMFIP_NO*) that are declined in the negotiation
 *   SILENT    steps (SMFIP_NR_*) that are not answered
 *
 * At the end of a message the field X-Seen tells the callbacks that were called since the last end
 * of a message, as letters of the protocol; A is an abort.
 *
 * One process for one choice of steps: libmilter keeps what was declined for the whole process.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libmilter/mfapi.h"
#include "libmilter/mfdef.h"

struct session {
  unsigned random;
  char seen[512];
};

static unsigned seed;
static unsigned long lacks, declines, silent;
static unsigned connections;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct session *session_of(SMFICTX *ctx) {
  struct session *session = smfi_getpriv(ctx);
  if (session == NULL) {
    session = calloc(1, sizeof *session);
    pthread_mutex_lock(&lock);
    session->random = seed + 7919 * ++connections;
    pthread_mutex_unlock(&lock);
    smfi_setpriv(ctx, session);
  }
  return session;
}

static unsigned below(struct session *session, unsigned limit) {
  session->random = session->random * 1103515245u + 12345u;
  return (session->random >> 16) % limit;
}

static void note(SMFICTX *ctx, char letter) {
  struct session *session = session_of(ctx);
  size_t length = strlen(session->seen);
  if (length + 1 < sizeof session->seen)
    session->seen[length] = letter;
}

static sfsistat answer(SMFICTX *ctx, char letter, unsigned long silence) {
  note(ctx, letter);
  if ((silent & silence) != 0)
    return SMFIS_NOREPLY;
  switch (below(session_of(ctx), 40)) {
  case 0:
    return SMFIS_ACCEPT;
  case 1:
    return SMFIS_REJECT;
  case 2:
    return SMFIS_TEMPFAIL;
  case 3:
    return SMFIS_DISCARD;
  case 4:
  case 5:
    return SMFIS_SKIP;
  case 6:
    smfi_setreply(ctx, "550", "5.7.1", "no");
    return SMFIS_REJECT;
  default:
    return SMFIS_CONTINUE;
  }
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address) {
  (void)host, (void)address;
  return answer(ctx, 'C', SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *ctx, char *name) {
  (void)name;
  return answer(ctx, 'H', SMFIP_NR_HELO);
}

static sfsistat on_envfrom(SMFICTX *ctx, char **arguments) {
  (void)arguments;
  return answer(ctx, 'M', SMFIP_NR_MAIL);
}

static sfsistat on_envrcpt(SMFICTX *ctx, char **arguments) {
  (void)arguments;
  return answer(ctx, 'R', SMFIP_NR_RCPT);
}

static sfsistat on_data(SMFICTX *ctx) { return answer(ctx, 'T', SMFIP_NR_DATA); }

static sfsistat on_unknown(SMFICTX *ctx, const char *line) {
  (void)line;
  return answer(ctx, 'U', SMFIP_NR_UNKN);
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value) {
  (void)name, (void)value;
  return answer(ctx, 'L', SMFIP_NR_HDR);
}

static sfsistat on_eoh(SMFICTX *ctx) { return answer(ctx, 'N', SMFIP_NR_EOH); }

static sfsistat on_body(SMFICTX *ctx, unsigned char *data, size_t length) {
  (void)data, (void)length;
  return answer(ctx, 'B', SMFIP_NR_BODY);
}

static sfsistat on_eom(SMFICTX *ctx) {
  struct session *session = session_of(ctx);
  if (below(session, 10) == 0)
    smfi_progress(ctx);
  smfi_addheader(ctx, "X-Seen", session->seen);
  memset(session->seen, 0, sizeof session->seen);
  sfsistat result = answer(ctx, 'E', 0);
  memset(session->seen, 0, sizeof session->seen);
  return result;
}

static sfsistat on_abort(SMFICTX *ctx) {
  note(ctx, 'A');
  return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx) {
  free(smfi_getpriv(ctx));
  smfi_setpriv(ctx, NULL);
  return SMFIS_CONTINUE;
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
                             unsigned long f2, unsigned long f3, unsigned long *wanted_actions,
                             unsigned long *wanted_steps, unsigned long *wanted_f2,
                             unsigned long *wanted_f3) {
  (void)f2, (void)f3;
  session_of(ctx);
  *wanted_actions = actions;
  *wanted_steps = steps & (declines | silent | SMFIP_SKIP | SMFIP_RCPT_REJ);
  *wanted_f2 = *wanted_f3 = 0;
  return SMFIS_CONTINUE;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: filter SOCKET SEED LACKS DECLINES SILENT\n");
    return 64;
  }
  seed = (unsigned)strtoul(argv[2], NULL, 10);
  lacks = strtoul(argv[3], NULL, 16);
  declines = strtoul(argv[4], NULL, 16);
  silent = strtoul(argv[5], NULL, 16);
#define UNLESS_LACKING(step, callback) ((lacks & (step)) != 0 ? NULL : (callback))
  struct smfiDesc filter = {"random",
                            SMFI_VERSION,
                            0x1ff,
                            UNLESS_LACKING(SMFIP_NOCONNECT, on_connect),
                            UNLESS_LACKING(SMFIP_NOHELO, on_helo),
                            UNLESS_LACKING(SMFIP_NOMAIL, on_envfrom),
                            UNLESS_LACKING(SMFIP_NORCPT, on_envrcpt),
                            UNLESS_LACKING(SMFIP_NOHDRS, on_header),
                            UNLESS_LACKING(SMFIP_NOEOH, on_eoh),
                            UNLESS_LACKING(SMFIP_NOBODY, on_body),
                            on_eom,
                            on_abort,
                            on_close,
                            UNLESS_LACKING(SMFIP_NOUNKNOWN, on_unknown),
                            UNLESS_LACKING(SMFIP_NODATA, on_data),
                            on_negotiate};
  if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS) {
    fprintf(stderr, "cannot set up the filter at %s\n", argv[1]);
    return 69;
  }
  return smfi_main() == MI_SUCCESS ? 0 : 70;
}
