//! Words between the others.

use crate::catalog::Unit;
use crate::filter::Order;
use crate::question::meaning::{Extent, How, Meaning, Measure};

const KIB: f64 = 1024.0;

const fn bytes(factor: f64) -> Meaning {
    Meaning::Unit(Measure {
        base: Unit::Byte,
        factor,
    })
}

const fn hertz(factor: f64) -> Meaning {
    Meaning::Unit(Measure {
        base: Unit::Hertz,
        factor,
    })
}

const fn seconds(factor: f64) -> Meaning {
    Meaning::Unit(Measure {
        base: Unit::Second,
        factor,
    })
}

const fn most(descending: bool, of: Extent) -> Meaning {
    Meaning::Most { descending, of }
}

/// Phrases that join, compare and count.
pub(in crate::question) static PARTICLES: &[(&[&str], Meaning)] = &[
    // Asking.
    (
        &[
            "ls|lst|shw|get|show|list|find|display|fetch|give|print|report|return|search|enumerate|query|see|view [me|us|for]",
            "[a|the] list of",
            "look [for|up]",
            "tell me|us [about]",
            "let me|us see",
            "i want|need [to] [see|know|find]",
            "i'd like [to] [see|know|find]",
            "do|does|did we|i|you [have]",
            "we|i|you have",
            "is|are there",
            "what|which|who|where|whose [is|are]",
            "what's|where's|who's",
            "can|could|would|will you|i|we",
        ],
        Meaning::Filler,
    ),
    (
        &[
            "please|pls|plz|thanks|hi|hello|hey",
            "a|an|the|this|these|those|my|our|your|their|its|his",
            "all|every|each|any|some|either|both|only|just|everything|complete",
            "all|any|every of the|my|our",
            "that|which|who [is|are|was|were]",
            "is|are|was|were|be|been|being|am",
            "do|does|did",
            "currently|now|presently|still|already|actually|right",
            "me|us|it|they|them|ones",
            "which|the|that|this|any one",
            "existing|exist|exists",
            "with [a|the] state|status of",
        ],
        Meaning::Filler,
    ),
    (
        &[
            "count [of|the|all]",
            "how many [of]",
            "[the] [total] number|amount|quantity|tally of",
            "[the] total [count|number] [of]",
            "[the] count|number of all",
        ],
        Meaning::Count,
    ),
    // Joining.
    (
        &[
            "and [also]",
            "but also|only",
            ",",
            ";",
            "&",
            "plus",
            "as well as",
            "while",
        ],
        Meaning::And,
    ),
    (&["but"], Meaning::But),
    (&["or [else]", "and/or"], Meaning::Or),
    (
        &[
            "not",
            "non",
            "isn't|aren't|wasn't|weren't|isnt|arent",
            "do|does not",
            "don't|doesn't|dont|doesnt",
            "except [for|those]",
            "excluding|exclude|excludes",
            "other than",
            "apart from",
            "!=",
            "!",
            "≠",
            "<>",
        ],
        Meaning::Not,
    ),
    (
        &[
            "with [the|a|an|some|any]",
            "having|has|have [the|a|an|some|any]",
            "that|which has|have [the|a|an|some|any]",
            "holding|holds|hold",
            "run|runs",
        ],
        Meaning::With,
    ),
    (
        &[
            "without [any|a|an|the]",
            "with|has|have|having [got] no|zero",
            "no|zero",
            "lacking|lacks|lack [any|a|an|the]",
            "w/o",
            "outside [of] [any|a|an|the]",
            "do|does not have [any|a|an]",
            "don't|doesn't|dont|doesnt have [any|a|an]",
            "not having|have|has [any|a|an]",
            "that|which don't|doesn't have [any|a|an]",
        ],
        Meaning::Without,
    ),
    (
        &[
            "in|of|from|at|inside|within|for|to|into|across|via|using|uses|use",
            "located|stored|hosted|residing|living|placed|registered|kept|sitting|lying|deployed in|on|at|under|inside",
            "resides|reside|lives|live|sits|sit|lies|lie|is|are|run|runs in|on|at|under|inside",
            "belonging|belongs|belong|attached|connected|plugged|assigned|linked|mapped|mounted to|on|by",
            "managed|backed|used|seen|run|hosted by",
            "member|members|part|parts of",
        ],
        Meaning::Place,
    ),
    (&["on|onto"], Meaning::On),
    // Comparing.
    (
        &[
            "more|greater|larger|bigger|higher|longer than|then",
            "over|above|exceeding|exceeds",
            "in excess of",
            ">",
        ],
        Meaning::Compare(Order::Greater),
    ),
    (
        &["less|fewer|smaller|lower|shorter than|then", "under|below|beneath", "<"],
        Meaning::Compare(Order::Less),
    ),
    (
        &[
            "[is|are] at least",
            "[a] minimum of",
            "[with|having|has|have] no|not less|fewer|smaller|lower than|then",
            ">=",
            "=>",
            "≥",
        ],
        Meaning::Compare(Order::AtLeast),
    ),
    (
        &[
            "[is|are] at most",
            "up to",
            "[a] maximum of",
            "[with|having|has|have] no|not more|greater|larger|bigger|higher than|then",
            "<=",
            "=<",
            "≤",
        ],
        Meaning::Compare(Order::AtMost),
    ),
    (
        &["exactly|precisely", "equal|equals [to]", "=", "=="],
        Meaning::Compare(Order::Equal),
    ),
    (
        &["or more|greater|higher|larger|above|over", "and up|above|more"],
        Meaning::OrMore(Order::AtLeast),
    ),
    (
        &["or less|fewer|lower|smaller|below|under", "and below|less|fewer"],
        Meaning::OrMore(Order::AtMost),
    ),
    (&["between"], Meaning::Between),
    // Naming.
    (
        &[
            "named|called|titled|labelled|labeled",
            "with [the] name|names [of]",
            "whose name|names is|are",
        ],
        Meaning::Called(How::Is),
    ),
    (
        &[
            "like|matching|matches|match|resembling|similar [to]",
            "[that] looks|look like",
            "~",
        ],
        Meaning::Called(How::Like),
    ),
    (
        &[
            "[that] starting|starts|start|beginning|begins|begin with|by|in",
            "prefixed [with|by]",
            "[with] [the|a] prefix",
        ],
        Meaning::Called(How::Starts),
    ),
    (
        &[
            "[that] ending|ends|end|finishing with|in|by|on",
            "suffixed [with|by]",
            "[with] [the|a] suffix",
        ],
        Meaning::Called(How::Ends),
    ),
    (
        &["containing|contains|contain|including|includes|include"],
        Meaning::Called(How::Contains),
    ),
    // Ordering.
    (
        &["sort|sorted|order|ordered [by|on]", "in order of", "arranged by"],
        Meaning::SortedBy,
    ),
    (&["by", "ranked by", "in terms of"], Meaning::By),
    (
        &[
            "descending|desc",
            "in descending order",
            "largest|biggest|highest|most first",
            "reversed",
        ],
        Meaning::Ordered { descending: true },
    ),
    (
        &["ascending|asc", "in ascending order", "smallest|lowest|least first"],
        Meaning::Ordered { descending: false },
    ),
    (&["first", "limit [to]", "at most [the] first"], Meaning::First),
    (&["largest|biggest|greatest|hugest"], most(true, Extent::Size)),
    (&["smallest|tiniest|littlest"], most(false, Extent::Size)),
    (
        &["newest|latest|youngest|recent", "[the] most recent"],
        most(true, Extent::Age),
    ),
    (&["oldest|earliest"], most(false, Extent::Age)),
    (
        &[
            "most|highest|top|maximum|max|longest",
            "[the] largest|greatest number|amount of",
        ],
        most(true, Extent::Said),
    ),
    (
        &[
            "least|fewest|lowest|bottom|minimum|min|shortest",
            "[the] smallest|lowest number|amount of",
        ],
        most(false, Extent::Said),
    ),
    // Units. vSphere's own screens call 1024 MiB a GB.
    (&["kb|kib|kilobyte|kilobytes"], bytes(KIB)),
    (&["m|mb|mib|meg|megs|megabyte|megabytes"], bytes(KIB * KIB)),
    (&["g|gb|gib|gig|gigs|gigabyte|gigabytes"], bytes(KIB * KIB * KIB)),
    (&["t|tb|tib|terabyte|terabytes"], bytes(KIB * KIB * KIB * KIB)),
    (&["mhz|megahertz"], hertz(1e6)),
    (&["ghz|gigahertz"], hertz(1e9)),
    (&["s|sec|second|seconds"], seconds(1.0)),
    (&["minute|minutes"], seconds(60.0)),
    (&["h|hour|hours"], seconds(3_600.0)),
    (&["d|day|days"], seconds(86_400.0)),
    (&["week|weeks"], seconds(604_800.0)),
    // Numbers; no and zero are above.
    (&["one|single"], Meaning::Number(1)),
    (&["two"], Meaning::Number(2)),
    (&["three"], Meaning::Number(3)),
    (&["four"], Meaning::Number(4)),
    (&["five"], Meaning::Number(5)),
    (&["six"], Meaning::Number(6)),
    (&["seven"], Meaning::Number(7)),
    (&["eight"], Meaning::Number(8)),
    (&["nine"], Meaning::Number(9)),
    (&["ten"], Meaning::Number(10)),
    (&["twelve"], Meaning::Number(12)),
    (&["sixteen"], Meaning::Number(16)),
    (&["twenty"], Meaning::Number(20)),
    (&["hundred"], Meaning::Number(100)),
    (
        &[
            "including|include [the|those] gone|deleted|removed|orphaned|orphans [ones]",
            "even [if|those|the] gone|deleted|removed|orphaned|orphans [ones]",
        ],
        Meaning::Gone,
    ),
];
