//! Whether colour is used. It only ever adds: without it nothing is lost.

use crate::cli::Colour;

/// What the environment says about colour.
///
/// `NO_COLOR` is that of <https://no-color.org>, the other two are those of <https://bixense.com/clicolors/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// `NO_COLOR` is set and not empty.
    pub none: bool,
    /// `CLICOLOR_FORCE` is set and not `0`.
    pub force: bool,
    /// `CLICOLOR` is `0`, or `TERM` is `dumb`.
    pub plain: bool,
}

impl Wishes {
    /// Those of a process with these environment variables.
    #[must_use]
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is = |name: &str, value: &str| variable(name).is_some_and(|found| found == value);
        Self {
            none: variable("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force: variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0"),
            plain: is("CLICOLOR", "0") || is("TERM", "dumb"),
        }
    }

    /// Those of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }
}

/// Whether a stream gets colour: the flag decides, then the environment, then whether it is a terminal.
#[must_use]
pub const fn is_wanted(flag: Colour, wishes: Wishes, terminal: bool) -> bool {
    match flag {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => !wishes.none && (wishes.force || (terminal && !wishes.plain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(variables: &[(&str, &str)]) -> Wishes {
        Wishes::of(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_comes_before_the_environment_and_that_before_the_terminal() {
        for (variables, on_terminal, in_pipe) in [
            (&[][..], true, false),
            (&[("NO_COLOR", "1")], false, false),
            (&[("NO_COLOR", "")], true, false),
            (&[("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR_FORCE", "0")], true, false),
            (&[("CLICOLOR_FORCE", "")], true, false),
            (&[("CLICOLOR", "0")], false, false),
            (&[("CLICOLOR", "1")], true, false),
            (&[("TERM", "dumb")], false, false),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true, true),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false, false),
        ] {
            let wishes = wishes(variables);
            for (terminal, expected) in [(true, on_terminal), (false, in_pipe)] {
                assert_eq!(
                    is_wanted(Colour::Auto, wishes, terminal),
                    expected,
                    "{variables:?}, terminal: {terminal}"
                );
                assert!(is_wanted(Colour::Always, wishes, terminal));
                assert!(!is_wanted(Colour::Never, wishes, terminal));
            }
        }
    }
}
