/*
 * A libmilter filter that does what its arguments say.
 *
 *   filter SOCKET [WORD...]
 *
 * Words with a stage: connect, helo, envfrom, envrcpt, data, unknown, header, eoh, body, eom.
 *   accept=STAGE  reject=STAGE  tempfail=STAGE  discard=STAGE  skip=STAGE
 *   reply=STAGE:CODE:XCODE:TEXT     verdict with a text; lines are split at '|'
 *   sleep=STAGE:MILLISECONDS        waits before the verdict
 *   die=STAGE                       ends the whole program
 * Words of the negotiation:
 *   steps=HEX                       protocol bits to ask for, of those offered
 *   macros=STAGE:NAMES              macro list of a stage
 * Words that are done in their order at end of message:
 *   addheader=NAME:VALUE  insheader=INDEX:NAME:VALUE  chgheader=INDEX:NAME:VALUE
 *   replbody=TEXT  bodyfile=PATH  addrcpt=ADDRESS  addrcptpar=ADDRESS:ARGUMENTS  delrcpt=ADDRESS
 *   chgfrom=ADDRESS[:ARGUMENTS]  quarantine=REASON  progress=MILLISECONDS  wait=MILLISECONDS
 *   abort=now
 * In texts "\n" stands for a line feed, "\t" for a tab and "\r" for a carriage return.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "libmilter/mfapi.h"

static int words;
static char **word;

static const char *stages[] = {"connect", "helo", "envfrom", "envrcpt", "data",
                               "unknown", "header", "eoh", "body", "eom"};

/* Returns what stands behind "KEY=" in a word, or NULL. */
static char *argument_of(char *text, const char *key) {
  size_t length = strlen(key);
  return strncmp(text, key, length) == 0 && text[length] == '=' ? text + length + 1 : NULL;
}

/* Returns what stands behind "STAGE:" in an argument ("" if it is the stage alone), or NULL. */
static char *at_stage(char *argument, const char *stage) {
  size_t length = strlen(stage);
  if (argument == NULL || strncmp(argument, stage, length) != 0)
    return NULL;
  if (argument[length] == '\0')
    return argument + length;
  return argument[length] == ':' ? argument + length + 1 : NULL;
}

/* Cuts at the next colon; the rest goes to *rest, or NULL. Returns a copy, never freed. */
static char *cut(const char *text, char **rest) {
  char *copy = strdup(text);
  char *colon = strchr(copy, ':');
  if (colon != NULL)
    *colon++ = '\0';
  *rest = colon;
  return copy;
}

static char *unescape(const char *text) {
  char *copy = malloc(strlen(text) + 1), *to = copy;
  for (; *text != '\0'; text++) {
    if (*text == '\\' && strchr("ntr", text[1]) != NULL && text[1] != '\0') {
      text++;
      *to++ = *text == 'n' ? '\n' : *text == 't' ? '\t' : '\r';
    } else {
      *to++ = *text;
    }
  }
  *to = '\0';
  return copy;
}

static void pause_for(const char *milliseconds) {
  usleep((useconds_t)atol(milliseconds) * 1000);
}

static sfsistat reply(SMFICTX *ctx, const char *text) {
  char *rest, *line[3] = {NULL, NULL, NULL};
  char *code = cut(text, &rest), *xcode = cut(rest, &rest);
  int lines = 0;
  for (char *part = strtok(strdup(rest), "|"); part != NULL && lines < 3; part = strtok(NULL, "|"))
    line[lines++] = part;
  if (smfi_setmlreply(ctx, code, *xcode ? xcode : NULL, line[0], line[1], line[2], NULL)
      != MI_SUCCESS)
    fprintf(stderr, "reply refused: %s\n", text);
  return *code == '4' ? SMFIS_TEMPFAIL : SMFIS_REJECT;
}

static sfsistat verdict(SMFICTX *ctx, const char *stage) {
  sfsistat result = SMFIS_CONTINUE;
  for (int i = 0; i < words; i++) {
    char *found;
    if ((found = at_stage(argument_of(word[i], "sleep"), stage)) != NULL)
      pause_for(found);
    else if (at_stage(argument_of(word[i], "die"), stage) != NULL)
      _exit(9);
    else if (at_stage(argument_of(word[i], "accept"), stage) != NULL)
      result = SMFIS_ACCEPT;
    else if (at_stage(argument_of(word[i], "reject"), stage) != NULL)
      result = SMFIS_REJECT;
    else if (at_stage(argument_of(word[i], "tempfail"), stage) != NULL)
      result = SMFIS_TEMPFAIL;
    else if (at_stage(argument_of(word[i], "discard"), stage) != NULL)
      result = SMFIS_DISCARD;
    else if (at_stage(argument_of(word[i], "skip"), stage) != NULL)
      result = SMFIS_SKIP;
    else if ((found = at_stage(argument_of(word[i], "reply"), stage)) != NULL)
      result = reply(ctx, found);
  }
  return result;
}

static int replace_body(SMFICTX *ctx, const char *path) {
  static unsigned char data[1 << 20];
  FILE *file = fopen(path, "rb");
  size_t length;
  int result = MI_SUCCESS;
  if (file == NULL)
    return MI_FAILURE;
  while (result == MI_SUCCESS && (length = fread(data, 1, sizeof data, file)) > 0)
    result = smfi_replacebody(ctx, data, (int)length);
  fclose(file);
  return result;
}

/* Does one word of the end of message; MI_SUCCESS too if the word is none. */
static int edit(SMFICTX *ctx, char *text) {
  char *found, *index, *name, *rest = NULL;
  if ((found = argument_of(text, "addheader")) != NULL) {
    name = cut(found, &rest);
    return smfi_addheader(ctx, name, unescape(rest));
  }
  if ((found = argument_of(text, "insheader")) != NULL) {
    index = cut(found, &rest), name = cut(rest, &rest);
    return smfi_insheader(ctx, atoi(index), name, unescape(rest));
  }
  if ((found = argument_of(text, "chgheader")) != NULL) {
    index = cut(found, &rest), name = cut(rest, &rest);
    return smfi_chgheader(ctx, name, atoi(index), unescape(rest));
  }
  if ((found = argument_of(text, "replbody")) != NULL) {
    char *body = unescape(found);
    return smfi_replacebody(ctx, (unsigned char *)body, (int)strlen(body));
  }
  if ((found = argument_of(text, "bodyfile")) != NULL)
    return replace_body(ctx, found);
  if ((found = argument_of(text, "addrcpt")) != NULL)
    return smfi_addrcpt(ctx, found);
  if ((found = argument_of(text, "addrcptpar")) != NULL) {
    name = cut(found, &rest);
    return smfi_addrcpt_par(ctx, name, rest);
  }
  if ((found = argument_of(text, "delrcpt")) != NULL)
    return smfi_delrcpt(ctx, found);
  if ((found = argument_of(text, "chgfrom")) != NULL) {
    name = cut(found, &rest);
    return smfi_chgfrom(ctx, name, rest);
  }
  if ((found = argument_of(text, "quarantine")) != NULL)
    return smfi_quarantine(ctx, found);
  if ((found = argument_of(text, "progress")) != NULL) {
    pause_for(found);
    return smfi_progress(ctx);
  }
  if ((found = argument_of(text, "wait")) != NULL)
    pause_for(found);
  if (argument_of(text, "abort") != NULL)
    _exit(9);
  return MI_SUCCESS;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address) {
  (void)host, (void)address;
  return verdict(ctx, "connect");
}

static sfsistat on_helo(SMFICTX *ctx, char *name) {
  (void)name;
  return verdict(ctx, "helo");
}

static sfsistat on_envfrom(SMFICTX *ctx, char **arguments) {
  (void)arguments;
  return verdict(ctx, "envfrom");
}

static sfsistat on_envrcpt(SMFICTX *ctx, char **arguments) {
  (void)arguments;
  return verdict(ctx, "envrcpt");
}

static sfsistat on_data(SMFICTX *ctx) { return verdict(ctx, "data"); }

static sfsistat on_unknown(SMFICTX *ctx, const char *line) {
  (void)line;
  return verdict(ctx, "unknown");
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value) {
  (void)name, (void)value;
  return verdict(ctx, "header");
}

static sfsistat on_eoh(SMFICTX *ctx) { return verdict(ctx, "eoh"); }

static sfsistat on_body(SMFICTX *ctx, unsigned char *data, size_t length) {
  (void)data, (void)length;
  return verdict(ctx, "body");
}

static sfsistat on_eom(SMFICTX *ctx) {
  for (int i = 0; i < words; i++)
    if (edit(ctx, word[i]) != MI_SUCCESS)
      fprintf(stderr, "edit failed: %s\n", word[i]);
  return verdict(ctx, "eom");
}

static int macro_stage(const char *name) {
  static const char *names[] = {"connect", "helo", "envfrom", "envrcpt", "data", "eom", "eoh"};
  for (int i = 0; i < 7; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps,
                             unsigned long f2, unsigned long f3, unsigned long *wanted_actions,
                             unsigned long *wanted_steps, unsigned long *wanted_f2,
                             unsigned long *wanted_f3) {
  unsigned long wanted = 0;
  (void)f2, (void)f3;
  for (int i = 0; i < words; i++) {
    char *found, *rest;
    if ((found = argument_of(word[i], "steps")) != NULL)
      wanted |= strtoul(found, NULL, 16);
    if ((found = argument_of(word[i], "macros")) != NULL) {
      char *stage = cut(found, &rest);
      if (smfi_setsymlist(ctx, macro_stage(stage), rest) != MI_SUCCESS)
        fprintf(stderr, "macro list refused: %s\n", word[i]);
    }
  }
  *wanted_actions = actions;
  *wanted_steps = steps & wanted;
  *wanted_f2 = *wanted_f3 = 0;
  return SMFIS_CONTINUE;
}

static int knows(const char *stage) {
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    if (strcmp(stages[i], stage) == 0)
      return 1;
  return 0;
}

/* A word with a stage that does not exist would silently do nothing: refuse it. */
static void check(char *text) {
  static const char *staged[] = {"accept", "reject", "tempfail", "discard",
                                 "skip",   "reply",  "sleep",    "die"};
  for (size_t i = 0; i < sizeof staged / sizeof *staged; i++) {
    char *rest, *found = argument_of(text, staged[i]);
    if (found != NULL && !knows(cut(found, &rest))) {
      fprintf(stderr, "no such stage: %s\n", text);
      exit(64);
    }
  }
}

int main(int argc, char **argv) {
  struct smfiDesc filter = {
      "test", SMFI_VERSION, 0x1ff, on_connect, on_helo, on_envfrom, on_envrcpt, on_header,
      on_eoh, on_body, on_eom, NULL, NULL, on_unknown, on_data, on_negotiate};
  if (argc < 2) {
    fprintf(stderr, "usage: filter SOCKET [WORD...]\n");
    return 64;
  }
  words = argc - 2;
  word = argv + 2;
  for (int i = 0; i < words; i++)
    check(word[i]);
  if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS) {
    fprintf(stderr, "cannot set up the filter at %s\n", argv[1]);
    return 69;
  }
  return smfi_main() == MI_SUCCESS ? 0 : 70;
}
