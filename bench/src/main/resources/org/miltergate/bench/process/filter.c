/*
 * A libmilter filter for load: asks for every event, answers each with "continue".
 *
 *   filter ADDRESS [add | wait]
 *
 * ADDRESS is in libmilter's notation (unix:/path, inet:port@host). With "add" it adds one header
 * field at the end of each message; with "wait" it takes 20 ms for the answer to connect, MAIL and
 * RCPT, as a filter does that asks a name server.
 */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int add;
static useconds_t patience; /* microseconds */

static void pause_if_told(void) { if (patience > 0) usleep(patience); }

static sfsistat on_connect(SMFICTX *c, char *h, _SOCK_ADDR *a) { (void)c; (void)h; (void)a; pause_if_told(); return SMFIS_CONTINUE; }
static sfsistat on_text(SMFICTX *c, char *t) { (void)c; (void)t; return SMFIS_CONTINUE; }
static sfsistat on_path(SMFICTX *c, char **a) { (void)c; (void)a; pause_if_told(); return SMFIS_CONTINUE; }
static sfsistat on_header(SMFICTX *c, char *n, char *v) { (void)c; (void)n; (void)v; return SMFIS_CONTINUE; }
static sfsistat on_event(SMFICTX *c) { (void)c; return SMFIS_CONTINUE; }
static sfsistat on_body(SMFICTX *c, unsigned char *b, size_t n) { (void)c; (void)b; (void)n; return SMFIS_CONTINUE; }

static sfsistat on_end(SMFICTX *c) {
  if (add && smfi_addheader(c, "X-Bench", "seen") != MI_SUCCESS)
    return SMFIS_TEMPFAIL;
  return SMFIS_CONTINUE;
}

static struct smfiDesc description = {
  "bench", SMFI_VERSION, SMFIF_ADDHDRS, on_connect, on_text, on_path, on_path, on_header,
  on_event, on_body, on_end, on_event, on_event, NULL, on_event, NULL
};

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: filter ADDRESS [add | wait]\n");
    return 2;
  }
  umask(0); /* whoever measures is not whom the server runs as */
  add = argc > 2 && strcmp(argv[2], "add") == 0;
  patience = argc > 2 && strcmp(argv[2], "wait") == 0 ? 20 * 1000 : 0;
  if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_setbacklog(512) != MI_SUCCESS
      || smfi_register(description) != MI_SUCCESS || smfi_opensocket(1) != MI_SUCCESS)
    return 1;
  return smfi_main() == MI_SUCCESS ? 0 : 1;
}
