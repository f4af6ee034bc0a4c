# A filter on Sendmail::PMilter (protocol version 2): adds a field, marks the subject, adds a
# footer to the body, refuses GTUBE.

use strict;
use warnings;
use Sendmail::PMilter qw(:all);

my %callbacks = (
  connect => sub { my ($ctx) = @_; $ctx->setpriv({body => ''}); return SMFIS_CONTINUE; },
  envfrom => sub { my ($ctx) = @_; $ctx->setpriv({body => ''}); return SMFIS_CONTINUE; },
  envrcpt => sub { return SMFIS_CONTINUE; },
  body => sub {
    my ($ctx, $chunk) = @_;
    my $state = $ctx->getpriv();
    $state->{body} .= $chunk;
    $ctx->setpriv($state);
    return SMFIS_CONTINUE;
  },
  eom => sub {
    my ($ctx) = @_;
    my $body = $ctx->getpriv()->{body};
    if ($body =~ /GTUBE/) {
      $ctx->setreply('550', '5.7.1', 'Spam by GTUBE');
      return SMFIS_REJECT;
    }
    $ctx->addheader('X-PMilter', 'seen');
    $ctx->chgheader('Subject', 1, '[pm] changed');
    $ctx->replacebody($body . "-- footer\r\n");
    return SMFIS_ACCEPT;
  },
  close => sub { return SMFIS_CONTINUE; },
);

my $milter = Sendmail::PMilter->new();
$milter->setconn($ARGV[0]);
$milter->register('sample', \%callbacks, SMFIF_ADDHDRS | SMFIF_CHGBODY | SMFIF_CHGHDRS);
$milter->main();
