package LeadBankMistakes;

# Pullers that get one thing wrong each, to see that it is caught.
# MISTAKE (unconfirmed, french_date, member_name) has the tests use one of them.

use v5.36;
use LeadBankPuller;
use POSIX ();

our %BY_NAME = (unconfirmed => 'Unconfirmed', french_date => 'FrenchDate', member_name => 'MemberName');

# Acknowledges leads without having confirmed them.
package Unconfirmed {
    our @ISA = 'LeadBankPuller';
    sub confirm ($self, @ids) { }
}

# Writes dates as people there do.
package FrenchDate {
    our @ISA = 'LeadBankPuller';
    sub acknowledgement ($self, $id, $when) {
        my $told = $self->SUPER::acknowledgement($id, $when);
        $told->{LeadEvents}[0]{DateAction} = POSIX::strftime('%d/%m/%Y %H:%M', gmtime $when);
        return $told;
    }
}

# Calls a lead's id as its other CRMs do.
package MemberName {
    our @ISA = 'LeadBankPuller';
    sub acknowledgement ($self, $id, $when) {
        my $told = $self->SUPER::acknowledgement($id, $when);
        $told->{LeadId} = delete $told->{IDLeadBank};
        return $told;
    }
}

1;
