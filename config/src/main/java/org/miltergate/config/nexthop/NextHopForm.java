package org.miltergate.config.nexthop;

import java.util.List;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig.Maildir;
import org.miltergate.config.nexthop.NextHopConfig.Several;
import org.miltergate.config.nexthop.NextHopConfig.Smtp;
import org.miltergate.config.setting.Detail;
import org.miltergate.config.setting.Form;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Source;

/**
 * The next hop: an address, a mapping with an address and the settings that its kind has, or a list
 * of both.
 *
 * <p>Immutable and thread-safe.
 */
public final class NextHopForm implements Form<NextHopConfig> {
  private static final RecordForm<Maildir> MAILDIR = RecordForm.of(Maildir.ANY);

  private static final ListForm<Smtp> SEVERAL =
      ListForm.of(new OneOfSeveral())
          .differingIn(NextHopText.KEY, hop -> Optional.of(hop.address()));

  /** The same in a route, where documents need not say again which settings there are. */
  static Form<NextHopConfig> ofRoute() {
    NextHopForm form = new NextHopForm();
    return new Form<>() {
      @Override
      public Optional<NextHopConfig> read(Source source) {
        return form.read(source);
      }

      @Override
      public Object tree(NextHopConfig value, Detail detail) {
        return form.tree(value, detail);
      }

      @Override
      public String wanted() {
        return form.wanted();
      }
    };
  }

  @Override
  public Optional<NextHopConfig> read(Source source) {
    return switch (source.kind()) {
      case TEXT -> NextHopText.FORM.read(source);
      case MAPPING -> readMapping(source);
      case LIST -> SEVERAL.read(source).map(Several::new);
      case NOTHING -> source.refuse(this);
    };
  }

  /** The keys depend on the kind, and so do the defaults. */
  private static Optional<NextHopConfig> readMapping(Source source) {
    // A wrong address is checked again by the record, which reports the same problem again.
    Optional<NextHopConfig> address =
        source.has(NextHopText.KEY)
            ? NextHopText.FORM.read(source.at(NextHopText.KEY))
            : Optional.empty();
    if (address.isPresent() && address.get() instanceof Maildir) {
      return MAILDIR.read(source).map(hop -> hop);
    }
    Smtp defaults = address.filter(Smtp.class::isInstance).map(Smtp.class::cast).orElse(Smtp.ANY);
    Optional<Smtp> hop = RecordForm.of(defaults).read(source);
    hop.ifPresent(smtp -> check(smtp, source));
    return hop.map(smtp -> smtp);
  }

  private static void check(Smtp hop, Source source) {
    if (!hop.password().isEmpty() && hop.username().isEmpty()) {
      source.at("password").problem("is set without a username");
    }
    if (hop.password().isEmpty() && !hop.username().isEmpty()) {
      source.at("username").problem("is set without a password");
    }
    if (!hop.username().isEmpty() && canBeOverheard(hop)) {
      source.at("tls").warning("the password can be read in transit");
    }
    if (hop.tls().key().isPresent() && hop.tls().certificate().isEmpty()) {
      source.at("tls-key").problem("is set without tls-certificate");
    }
  }

  private static boolean canBeOverheard(Smtp hop) {
    return hop.tls().level() == TlsLevel.NONE
        && switch (hop.target()) {
          case NextHopTarget.Host host -> !host.address().isLoopback();
          case NextHopTarget.Unix unix -> false;
          case NextHopTarget.Mx mx -> true;
        };
  }

  /** An entry of the list. */
  private static final class OneOfSeveral implements Form<Smtp> {
    @Override
    public Optional<Smtp> read(Source source) {
      Optional<NextHopConfig> hop =
          switch (source.kind()) {
            case TEXT -> NextHopText.FORM.read(source);
            case MAPPING -> readMapping(source);
            case LIST, NOTHING -> source.refuse(this);
          };
      if (hop.isPresent() && !(hop.get() instanceof Smtp)) {
        source.problem("'" + hop.get().address() + "' cannot be one of several");
      }
      return hop.filter(Smtp.class::isInstance).map(Smtp.class::cast);
    }

    @Override
    public Object tree(Smtp value, Detail detail) {
      return oneTree(value, detail);
    }

    @Override
    public String wanted() {
      return "an address, or a mapping with address";
    }
  }

  private static Object oneTree(Smtp hop, Detail detail) {
    return isShort(hop, detail)
        ? NextHopText.FORM.tree(hop, detail)
        : RecordForm.of(Smtp.of(hop.protocol(), hop.target())).tree(hop, detail);
  }

  private static boolean isShort(NextHopConfig hop, Detail detail) {
    return detail == Detail.CHANGED && NextHopText.FORM.canWrite(hop);
  }

  @Override
  public Object tree(NextHopConfig value, Detail detail) {
    return switch (value) {
      case Smtp smtp -> oneTree(smtp, detail);
      case Several several -> SEVERAL.tree(several.hops(), detail);
      case Maildir maildir ->
          isShort(maildir, detail)
              ? NextHopText.FORM.tree(maildir, detail)
              : MAILDIR.tree(maildir, detail);
    };
  }

  @Override
  public List<RecordForm<?>> mappings() {
    return List.of(RecordForm.of(Smtp.ANY), MAILDIR);
  }

  @Override
  public String wanted() {
    return NextHopText.FORM.wanted() + ", a mapping with address, or a list of such";
  }
}
