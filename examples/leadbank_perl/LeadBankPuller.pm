package LeadBankPuller;

# Pulls leads from LeadBank: fetches, hands over, confirms, acknowledges. Whatever comes in place of LeadBank's answer,
# it ends well, with LeadBankPuller::Refused, or with LeadBankPuller::Unavailable.

use v5.36;
use HTTP::Tiny;
use JSON::PP ();
use POSIX qw(strftime);
use Time::HiRes qw(alarm);
use Time::Local qw(timegm_modern);

use constant { TAKEN_OVER => 2, MOST_BYTES => 4_000_000 };

my $json = JSON::PP->new->utf8->canonical->allow_bignum;

package LeadBankPuller::Error {
    use overload '""' => sub ($self, @) { $self->{message} };
    sub throw ($class, $message) { die bless { message => $message }, $class }
}
package LeadBankPuller::Refused     { our @ISA = 'LeadBankPuller::Error' }
package LeadBankPuller::Unavailable { our @ISA = 'LeadBankPuller::Error' }

# Pulls leads from a base URL. The code is called once for each lead, whatever happens after. An answer may take so many
# seconds, to its last byte. Each request has a connection of its own: LeadBank may have closed one that was kept.
sub new ($class, $base_url, $hand_over, $seconds = 10) {
    my $http = HTTP::Tiny->new(max_size => MOST_BYTES, keep_alive => 0);
    return bless { url => $base_url, hand_over => $hand_over, seconds => $seconds, http => $http, known => {} }, $class;
}

# Pull a batch; return how many leads it had. Dies with Refused, or with Unavailable: then call again later.
sub pull ($self, $at_most = 10) {
    my @leads = $self->leads($self->call('/api/leads', 0 + $at_most));
    my @ids   = $self->ids(@leads);                     # all of them, before any lead is handed over
    for my $lead ($self->oldest_first(@leads)) {
        my $id = $self->id($lead);
        next if $self->{known}{$id};                    # a batch that is not confirmed comes again
        $self->{hand_over}->($lead);
        $self->{known}{$id} = 1;
    }
    if (@ids) {
        $self->confirm(@ids);
        $self->acknowledge(@ids);
    }
    return scalar @leads;
}

# Tell LeadBank that leads have been received.
sub confirm ($self, @ids) {
    $self->call('/api/leads/ValidateGetLeads', \@ids);
}

# Tell LeadBank what has become of leads.
sub acknowledge ($self, @ids) {
    $self->call('/api/leads/SendAcknos', [map { $self->acknowledgement($_, time) } @ids]);
}

# What LeadBank is told of a lead.
sub acknowledgement ($self, $id, $when) {
    my $date = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $when);
    return { IDLeadBank => $id, LeadEvents => [{ IDstatus => TAKEN_OVER, IDreason => undef, DateAction => $date }] };
}

# The leads of an answer.
sub leads ($self, $answer) {
    my $leads = $answer->{Leads};
    ref $leads eq 'ARRAY' or LeadBankPuller::Unavailable->throw('the answer has no array of leads');
    return @$leads;
}

# The ids of leads.
sub ids ($self, @leads) {
    return map { $self->id($_) } @leads;
}

sub id ($self, $lead) {
    my $id = ref $lead eq 'HASH' ? integer($lead->{IDLeadBank}) : undef;
    return $id // LeadBankPuller::Unavailable->throw('a lead has no id');
}

# An integer as it came, or undef.
sub integer ($value) {
    return undef if !defined $value || ref $value && !($value isa Math::BigInt) || $value !~ /\A-?[0-9]+\z/;
    return ref $value ? $value : 0 + $value;
}

# Leads in the order in which they are to be called: those who wait longest come first.
sub oldest_first ($self, @leads) {
    my @since = map { $self->moment($_->{CreateDate}) } @leads;
    return @leads[sort { $since[$a] <=> $since[$b] } 0 .. $#leads];
}

# Seconds since 1970 of a date: it has 0 to 7 digits of a fraction, and an offset, Z or nothing, which is taken for UTC.
# What is no date is 0, so that its lead comes first.
sub moment ($self, $text) {
    my ($date, $sign, $hours, $minutes) = ($text // '') =~ m{
        \A ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}) (?:\.[0-9]+)? (?:Z|([+-])([0-9]{2}):([0-9]{2}))? \z
    }xi or return 0;
    my ($year, $month, $day, @time) = split /\D/, $date;
    my $moment = eval { timegm_modern(reverse(@time), $day, $month - 1, $year) } // return 0;    # dies of 30 February
    my $offset = $sign ? "${sign}1" * ($hours * 3600 + $minutes * 60) : 0;
    return $moment - $offset;
}

# A lead as a line of JSON.
sub line ($self, $lead) {
    return $json->encode($lead);    # in UTF-8; with `allow_bignum`, integers are as LeadBank wrote them
}

# A lead's name for people: its id, and what else it has.
sub title ($self, $lead) {
    my @names = grep { defined && !ref && length } @$lead{qw(NameProvider NameService NameCampaign)};
    return join(', ', 'lead ' . $self->id($lead), @names) =~ s/[[:cntrl:]]+/ /gr;
}

sub call ($self, $path, $body) {
    my $response = $self->exchange($path, $json->encode($body));
    my $status   = $response->{status};
    LeadBankPuller::Unavailable->throw($response->{content}) if $status == 599;    # of HTTP::Tiny: there is no answer
    LeadBankPuller::Unavailable->throw("answered $status")   if $status >= 500;
    my $answer = $self->decoded($response->{content});
    refused($answer, "answered $status") if !$response->{success};
    my $done = integer($answer->{Status}) // LeadBankPuller::Unavailable->throw('the answer has no Status');
    refused($answer, "Status $done") if $done != 1;                                # LeadBank says so with 200
    return $answer;
}

sub refused ($answer, $otherwise) {
    my $message = $answer->{Message};
    LeadBankPuller::Refused->throw(defined $message && !ref $message ? $message : $otherwise);
}

# HTTP::Tiny's own time limit is for each read: a slow body would defeat it.
sub exchange ($self, $path, $body) {
    local $SIG{ALRM} = sub { LeadBankPuller::Unavailable->throw("no whole answer within $self->{seconds} s") };
    alarm $self->{seconds};
    my $headers  = { 'Content-Type' => 'application/json' };
    my $response = $self->{http}->post("$self->{url}$path", { headers => $headers, content => $body });
    alarm 0;
    return $response;
}

# The answer that a text is; all answers of LeadBank are objects.
sub decoded ($self, $text) {
    my $answer = eval { $json->decode($text) };    # dies of what is no JSON
    return ref $answer eq 'HASH' ? $answer : LeadBankPuller::Unavailable->throw('what came is no answer of LeadBank');
}

1;
