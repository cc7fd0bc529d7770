//! Moments as documents, reports and messages have them. Pure.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(0));

/// RFC 3339 in UTC, to the second.
#[must_use]
pub fn to_the_second(moment: Timestamp) -> String {
    PRINTER.timestamp_to_string(&moment)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What had begun is said, not what is nearest: a second of a moment is never later than the moment.
        #[test]
        fn it_is_the_second_that_the_moment_is_in(second in 0_i64..253_402_207_200, nanosecond in 0_i32..1_000_000_000) {
            let moment = Timestamp::new(second, nanosecond).unwrap();
            prop_assert_eq!(to_the_second(moment), moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
    }

    #[test]
    fn a_fraction_is_left_out() {
        let moment: Timestamp = "1969-12-31T23:59:59.999999999Z".parse().unwrap();
        assert_eq!(to_the_second(moment), "1969-12-31T23:59:59Z");
    }
}
