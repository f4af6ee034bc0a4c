package org.miltergate.peers.milters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Programs;

/**
 * Rspamd as a milter that scans by itself, without Redis, controller or name server.
 *
 * <p>Adds seven fields to messages that it passes; refuses GTUBE. Replies only at the end of a
 * message.
 */
public final class Rspamd {
  private Rspamd() {}

  /** The text that {@link #withFooter} adds at the end of each message. */
  public static final String FOOTER = "-- checked by a filter\r\n";

  public static RealMilter start(Path folder) throws IOException {
    return start(folder, "");
  }

  /** Adds a line at the end of each message, and so replaces its body, in one packet. */
  public static RealMilter withFooter(Path folder) throws IOException {
    Path rule =
        Files.writeString(
            folder.resolve("footer.lua"),
            """
            rspamd_config:register_symbol{
              name = "FOOTER",
              type = "postfilter",
              callback = function(task)
                local text = tostring(task:get_content())
                if not text:find("%s", 1, true) then
                  task:set_message(text .. "%s\\r\\n")
                end
              end
            }
            """
                .replace("%s", FOOTER.strip()));
    return start(folder, "lua = \"" + rule + "\"");
  }

  private static RealMilter start(Path folder, String rules) throws IOException {
    Path program = Programs.require("rspamd");
    Programs.requireFile(Path.of("/usr/share/rspamd/rules/rspamd.lua"));
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("tld"), "test\ncom\n");
    Path config = folder.resolve("rspamd.conf");
    return RealMilter.onFreePort(
        "rspamd",
        folder,
        List.of(),
        port -> {
          Files.writeString(config, configuration(folder, port) + rules + "\n");
          return List.of(program.toString(), "-i", "-f", "-c", config.toString());
        });
  }

  private static String configuration(Path folder, int port) throws IOException {
    return """
    options {
      pidfile = "@DIR@/rspamd.pid";
      tempdir = "@DIR@";
      control_socket = "@DIR@/run/control.sock mode=0600";
      filters = "";
      # Nobody listens on port 1: every question to the name server fails at once.
      dns { timeout = 0.3s; retransmits = 1; nameserver = ["127.0.0.1:1"]; }
      dynamic_conf = "@DIR@/dyn";
      rrd = "";
      history_file = "";
      hs_cache_dir = "@CACHE@";
      # Compiling the list of all top-level domains takes half a minute.
      url_tld = "@DIR@/tld";
      stats_file = "@DIR@/stats";
    }
    logging { type = "console"; level = "info"; }
    lua = "/usr/share/rspamd/rules/rspamd.lua"
    modules { path = "/usr/share/rspamd/plugins/milter_headers.lua"; }
    metric {
      name = "default";
      actions { reject = 15; add_header = 6; greylist = 4; }
      unknown_weight = 1.0;
    }
    actions { reject = 15; add_header = 6; greylist = 4; }
    milter_headers {
      use = ["x-spamd-bar", "x-spam-level", "x-spam-status", "authentication-results",
             "x-spamd-result"];
      skip_local = false;
      skip_authenticated = false;
      extended_spam_headers = true;
    }
    worker "rspamd_proxy" {
      bind_socket = "127.0.0.1:@PORT@";
      milter = yes;
      timeout = 10s;
      count = 1;
      upstream "local" { default = yes; self_scan = yes; }
    }
    """
        .replace("@CACHE@", Programs.cacheFolder("rspamd").toString())
        .replace("@DIR@", folder.toString())
        .replace("@PORT@", Integer.toString(port));
  }
}
