#!/usr/bin/env perl

# Pull a batch of leads: pull_leads.pl AT_MOST
#
# Prints each on a line of its own, as JSON, those first that wait longest. Needs LEADBANK_URL; LEADBANK_SECONDS is how
# long an answer may take, 10 if it is not set. To be run time and again; a batch that could not be confirmed comes again
# then. The exit code is one of sysexits.h: 0 if there is nothing left to be done, 65 if LeadBank refuses what it is told,
# 75 if it is to be tried again later.

use v5.36;
use FindBin qw($Bin);
use lib $Bin;
use LeadBankPuller;

binmode STDERR, ':encoding(UTF-8)';
$_->autoflush for *STDOUT, *STDERR;    # a lead is out before it is confirmed

# Pull a batch; return the exit code.
sub main ($at_most, $class = 'LeadBankPuller') {
    my $write = sub ($lead) {
        say $class->line($lead) or die "cannot print a lead: $!\n";
        say STDERR 'took over ', $class->title($lead);
    };
    my $puller = $class->new($ENV{LEADBANK_URL}, $write, $ENV{LEADBANK_SECONDS} // 10);
    return 0 if eval { $puller->pull($at_most); 1 };
    my $error = $@;
    die $error if !($error isa LeadBankPuller::Error);
    say STDERR substr $error, 0, 500;
    return $error isa LeadBankPuller::Unavailable ? 75 : 65;
}

exit main(@ARGV) unless caller;
1;
