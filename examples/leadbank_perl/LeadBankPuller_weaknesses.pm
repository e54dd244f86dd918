package LeadBankPuller_weaknesses;

# Pullers that take one thing for granted each, as people write them: fuzzing finds out. WEAKNESS names one of them,
# without `Weak::`.

use v5.36;
use Encode ();
use Hash::Util ();
use LeadBankPuller;
use Time::Piece ();

# weakness: locked (absent member)
# Leads are locked, so that a mistyped name dies, but so does one that LeadBank leaves out.
# fixed by: title in LeadBankPuller.pm
package Weak::locked {
    our @ISA = 'LeadBankPuller';
    sub title ($self, $lead) {
        my %lead = %$lead;
        Hash::Util::lock_keys(%lead);
        return "$lead{NameProvider}, $lead{NameService}, lead $lead{IDLeadBank}";
    }
}

# weakness: locked_for_good (unknown member)
# Leads may have the members that are documented today, and no other.
# fixed by: leads in LeadBankPuller.pm
package Weak::locked_for_good {
    our @ISA = 'LeadBankPuller';
    my @documented = qw(
        IDLeadBank IDprovider NameProvider IDService NameService State IDCampaign NameCampaign BandDealerID
        ExternalLeadID QualificationDate CreateDate Contents
    );
    sub leads ($self, $answer) {
        my @leads = $self->SUPER::leads($answer);
        Hash::Util::lock_keys(%$_, @documented) for grep { ref eq 'HASH' } @leads;
        return @leads;
    }
}

# weakness: exists_for_defined (null handling)
# A member that is null does exist; where warnings are fatal, it cannot be put into a text.
# fixed by: title in LeadBankPuller.pm
package Weak::exists_for_defined {
    our @ISA = 'LeadBankPuller';
    use warnings FATAL => 'uninitialized';
    sub title ($self, $lead) {
        return join ', ', map { exists $lead->{$_} ? $lead->{$_} : () } qw(IDLeadBank NameProvider NameService);
    }
}

# weakness: float_format (number width)
# '%.0f' keeps an id from being printed in exponential form, but a float has 53 bits: 9007199254740993 is …992.
# fixed by: line in LeadBankPuller.pm
package Weak::float_format {
    our @ISA = 'LeadBankPuller';
    sub line ($self, $lead) {
        my $id = sprintf '%.0f', $lead->{IDLeadBank};
        return $self->SUPER::line({ %$lead, IDLeadBank => 0 + $id });
    }
}

# weakness: dates_as_ever (date parsing)
# All dates seen so far begin alike. What `strptime` cannot read, such as a small t before the time, it dies of.
# fixed by: moment in LeadBankPuller.pm
package Weak::dates_as_ever {
    our @ISA = 'LeadBankPuller';
    sub moment ($self, $text) {
        return defined $text ? Time::Piece->strptime(substr($text, 0, 19), '%Y-%m-%dT%H:%M:%S')->epoch : 0;
    }
}

# weakness: windows_letters (strange text)
# The output is read on Windows, and only French names were thought of: Łukasz cannot be written with those letters.
# fixed by: line in LeadBankPuller.pm
package Weak::windows_letters {
    our @ISA = 'LeadBankPuller';
    sub line ($self, $lead) {
        my $line = Encode::decode('UTF-8', $self->SUPER::line($lead));
        return Encode::encode('cp1252', $line, Encode::FB_CROAK);
    }
}

# weakness: head_and_tail (array size)
# A call for each lead: Perl warns of 100 of them within one another, and warnings are fatal.
# fixed by: ids in LeadBankPuller.pm
package Weak::head_and_tail {
    our @ISA = 'LeadBankPuller';
    use warnings FATAL => 'all';
    sub ids ($self, @leads) {
        my ($first, @others) = @leads;
        return @leads ? ($self->id($first), $self->ids(@others)) : ();
    }
}

# weakness: anything_is_an_array (wrong type)
# The absent and null are cared for, but whatever else comes is taken for an array.
# fixed by: leads in LeadBankPuller.pm
package Weak::anything_is_an_array {
    our @ISA = 'LeadBankPuller';
    sub leads ($self, $answer) {
        return @{ $answer->{Leads} // [] };
    }
}

# weakness: nothing_is_no_leads (empty body)
# `decode` dies of an empty body, so that one is taken for an answer that says nothing, and all is well.
# fixed by: decoded in LeadBankPuller.pm
package Weak::nothing_is_no_leads {
    our @ISA = 'LeadBankPuller';
    sub decoded ($self, $text) {
        return length $text ? $self->SUPER::decoded($text) : { Status => 1, Leads => [] };
    }
}

# weakness: tries_again (retry made a duplicate)
# What failed is sent again, although it may have been done: LeadBank records an acknowledgement as often as it comes.
# fixed by: exchange in LeadBankPuller.pm
package Weak::tries_again {
    our @ISA = 'LeadBankPuller';
    sub exchange ($self, $path, $body) {
        my $response = $self->SUPER::exchange($path, $body);
        return $response->{status} == 599 ? $self->SUPER::exchange($path, $body) : $response;
    }
}

# weakness: limit_of_reads (hang)
# HTTP::Tiny's time limit is taken for one of the whole exchange, and for a short one: it waits a minute for each read.
# fixed by: exchange in LeadBankPuller.pm
package Weak::limit_of_reads {
    our @ISA = 'LeadBankPuller';
    sub exchange ($self, $path, $body) {
        my $headers = { 'Content-Type' => 'application/json' };
        return $self->{http}->post("$self->{url}$path", { headers => $headers, content => $body });
    }
}
