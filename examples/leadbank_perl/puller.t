# Contract tests of the puller; `crm-mocks run -- prove puller.t` has the mocks ready.

use v5.36;
use FindBin qw($Bin);
use lib $Bin;
use HTTP::Tiny;
use JSON::PP;
use LeadBankMistakes;
use LeadBankPuller;
use Test::More;

my $url   = $ENV{CRM_MOCKS_LEADBANK_URL};
my $class = $ENV{MISTAKE} ? $LeadBankMistakes::BY_NAME{ $ENV{MISTAKE} } : 'LeadBankPuller';
my $http  = HTTP::Tiny->new;

# A puller, and the list of what it hands over.
sub puller () {
    my @received;
    return ($class->new($url, sub ($lead) { push @received, $lead->{IDLeadBank} }), \@received);
}

# Prepare the next answer.
sub queue (%answer) {
    my $content = encode_json({ session => 'run', %answer });
    my $told    = $http->post("$url/__admin/responses", { content => $content });
    die $told->{content} if !$told->{success};
}

# The ids of all leads that were acknowledged.
sub acknowledged () {
    my $told = $http->get("$url/__admin/records?session=run&vendor=leadbank&kind=acknowledgements");
    return map { $_->{IDLeadBank} } decode_json($told->{content})->{records}->@*;
}

subtest 'takes a lead over once when the confirmation is lost' => sub {
    my ($puller, $received) = puller();
    queue(operation => 'leadbank.validateGetLeads', fault => 'EMPTY_RESPONSE');
    is(eval { $puller->pull(2) }, undef);
    isa_ok($@, 'LeadBankPuller::Error');
    is($puller->pull(2), 2);
    is(@$received, 2);
};

subtest 'acknowledges what it has taken over' => sub {
    my ($puller, $received) = puller();
    my @before = acknowledged();
    is($puller->pull(3), 3);
    my @now = acknowledged();
    is_deeply([sort @now[@before .. $#now]], [sort @$received]);
};

subtest 'hands those over first who wait longest' => sub {
    my ($puller) = puller();
    my @dates = ('2026-01-31T10:00:00+01:00', '2026-01-31T09:30:00.5Z', '2026-01-31T08:59:59');
    my @leads = map { { CreateDate => $_ } } @dates;
    is_deeply([$puller->oldest_first(@leads)], [@leads[2, 0, 1]]);
};

subtest 'tells that LeadBank is unavailable' => sub {
    my ($puller) = puller();
    queue(operation => 'leadbank.getLeads', status => 500);
    is(eval { $puller->pull }, undef);
    isa_ok($@, 'LeadBankPuller::Unavailable');
};

subtest 'hands each lead over once, until there are none' => sub {
    my ($puller, $received) = puller();
    1 while $puller->pull;
    my %distinct = map { $_ => 1 } @$received;
    is(@$received, 20);    # of 25, five were pulled before
    is(keys %distinct, 20);
};

done_testing;
