# A filter on Sendmail::Milter (libmilter from Perl, in threads): adds a field, refuses GTUBE.
# Registers MAIL, body and end of message only.

use strict;
use warnings;
use Sendmail::Milter;

my %callbacks = (
  envfrom => sub { my ($ctx) = @_; my $body = ''; $ctx->setpriv(\$body); return SMFIS_CONTINUE; },
  body => sub {
    my ($ctx, $chunk, $length) = @_;
    my $body = $ctx->getpriv();
    $$body .= $chunk;
    $ctx->setpriv($body);
    return SMFIS_CONTINUE;
  },
  eom => sub {
    my ($ctx) = @_;
    my $body = $ctx->getpriv();
    if ($$body =~ /GTUBE/) {
      $ctx->setreply('550', '5.7.1', 'Spam by GTUBE');
      return SMFIS_REJECT;
    }
    $ctx->addheader('X-Sendmail-Milter', 'seen ' . length($$body) . ' bytes');
    return SMFIS_ACCEPT;
  },
);

Sendmail::Milter::setconn($ARGV[0]) or die "cannot listen on $ARGV[0]";
Sendmail::Milter::register('sample', \%callbacks, SMFI_CURR_ACTS) or die "cannot register";
Sendmail::Milter::main();
