#!/usr/bin/env perl

# The program as one process for many runs: persistent.pl AT_MOST
#
# Prints "ready", does what pull_leads.pl does for each line "run" that it reads, and prints "ready" with the exit code.
# WEAKNESS has it use one of the pullers of LeadBankPuller_weaknesses.pm.

use v5.36;
use FindBin qw($Bin);
use lib $Bin;
use LeadBankPuller_weaknesses;
require "$Bin/pull_leads.pl";

my $class = $ENV{WEAKNESS} ? "Weak::$ENV{WEAKNESS}" : 'LeadBankPuller';
if (!$class->can('pull')) {
    say STDERR "there is no weakness '$ENV{WEAKNESS}' in LeadBankPuller_weaknesses.pm";
    exit 2;
}

say 'ready';
while (my $line = <STDIN>) {
    say 'ready ', main($ARGV[0], $class) if $line eq "run\n";
}
