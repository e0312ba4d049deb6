//! Arguments of a command, taken one after the other; what is left is an error.

use anyhow::{Context, Result, bail};

/// The arguments that no one has asked for yet.
pub(crate) struct Args(Vec<String>);

impl Args {
    pub(crate) fn new(args: impl Iterator<Item = String>) -> Self {
        Self(args.collect())
    }

    /// The next argument that is no option.
    pub(crate) fn word(&mut self) -> Option<String> {
        let place = self.0.iter().position(|arg| !arg.starts_with("--"))?;
        Some(self.0.remove(place))
    }

    /// Whether `--name` was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|arg| arg == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// The value of `--name VALUE` or `--name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let glued = format!("{name}=");
        let Some(place) = self.0.iter().position(|arg| arg == name || arg.starts_with(&glued)) else {
            return Ok(None);
        };
        let arg = self.0.remove(place);
        if let Some(value) = arg.strip_prefix(&glued) {
            return Ok(Some(value.to_owned()));
        }
        let value = (place < self.0.len()).then(|| self.0.remove(place));
        value.map(Some).with_context(|| format!("`{name}` needs a value"))
    }

    /// Refuses whatever is left.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.0.first() {
            Some(arg) => bail!("unexpected argument `{arg}`; `cargo xtask help` lists what there is"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_are_taken_in_both_spellings() {
        let mut args = args("serve --port 81 --host=::1 --open");
        assert_eq!(args.value("--port").unwrap().as_deref(), Some("81"));
        assert_eq!(args.value("--host").unwrap().as_deref(), Some("::1"));
        assert!(args.flag("--open") && !args.flag("--open"));
        assert_eq!(args.word().as_deref(), Some("serve"));
        args.finish().unwrap();
    }

    #[test]
    fn a_missing_value_and_a_stray_argument_are_errors() {
        assert!(args("--port").value("--port").is_err());
        assert!(args("--prot 81").finish().is_err());
    }
}
