//! What the whole configuration says, for lines that several others decide.

use super::files::{File, resolve};
use super::read::What;
use postproof_syntax::dovecot::Section;
use std::collections::{BTreeMap, BTreeSet};

/// The last value of each setting by the sections around it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Sections joined by `/`, the name, the value, in the order of reading.
    all: Vec<(String, String, String)>,
    last: BTreeMap<(String, String), usize>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// The sections that were seen.
    pub(super) sections: BTreeSet<String>,
    /// Patterns of includes of which no file was given.
    pub(super) missing: Vec<String>,
    /// Whether some connection section demands TLS.
    pub(super) tls_required: bool,
}

/// Sections as one text.
pub(super) fn place(path: &[Section]) -> String {
    let step = |section: &Section| match &section.label {
        Some(label) => format!("{} {label}", section.name),
        None => section.name.clone(),
    };
    path.iter().map(step).collect::<Vec<_>>().join("/")
}

/// How deep includes are followed; real ones stop at three.
const MAX_INCLUDES: usize = 16;

impl Facts {
    /// Reads every file that no other includes, with what it includes.
    pub(super) fn of(files: &[File]) -> Self {
        let mut facts = Facts::default();
        let mut path = Vec::new();
        for (at, file) in files.iter().enumerate() {
            if !file.included && !file.external {
                path.clear();
                facts.file(files, at, &mut path, MAX_INCLUDES);
            }
        }
        facts
    }

    fn file(&mut self, files: &[File], at: usize, path: &mut Vec<Section>, depth: usize) {
        let Some(file) = files.get(at) else { return };
        for node in &file.nodes {
            match &node.what {
                What::Setting { name, value } => self.add(place(path), name, &value.text),
                What::Open(section) => {
                    path.push(section.clone());
                    self.sections.insert(place(path));
                }
                What::Close => {
                    path.pop();
                }
                What::Include { pattern, .. } => {
                    let found = resolve(files, &file.path, pattern);
                    if found.is_empty() {
                        self.missing.push(pattern.clone());
                    }
                    if depth > 0 {
                        for target in found.into_iter().filter(|target| *target != at) {
                            self.file(files, target, path, depth - 1);
                        }
                    }
                }
                What::Comment | What::Blank | What::Junk => {}
            }
        }
    }

    fn add(&mut self, place: String, name: &str, value: &str) {
        self.tls_required |= name == "ssl" && value == "required" && !place.contains("inet_listener");
        self.last.insert((place.clone(), name.to_owned()), self.all.len());
        self.by_name.entry(name.to_owned()).or_default().push(self.all.len());
        self.all.push((place, name.to_owned(), value.to_owned()));
    }

    /// The value of a setting in these sections.
    pub(super) fn get(&self, place: &str, name: &str) -> Option<&str> {
        let at = self.last.get(&(place.to_owned(), name.to_owned()))?;
        self.all.get(*at).map(|(_, _, value)| value.as_str())
    }

    /// A global setting.
    pub(super) fn global(&self, name: &str) -> Option<&str> {
        self.get("", name)
    }

    /// A key of `plugin { }` as it counts in these connection sections.
    pub(super) fn plugin(&self, around: &str, name: &str) -> Option<&str> {
        let here = if around.is_empty() { "plugin".to_owned() } else { format!("{around}/plugin") };
        self.get(&here, name).or_else(|| self.get("plugin", name)).or_else(|| {
            // Settings of one protocol alone still name what they belong to.
            self.named(name).next().filter(|(place, _)| place.ends_with("plugin")).map(|(_, value)| value)
        })
    }

    /// All places and values of a name.
    pub(super) fn named<'f>(&'f self, name: &str) -> impl Iterator<Item = (&'f str, &'f str)> + use<'f> {
        let places = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.all.get(*at)).map(|(place, _, value)| (place.as_str(), value.as_str()))
    }

    /// Whether a name is set anywhere.
    pub(super) fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }
}
