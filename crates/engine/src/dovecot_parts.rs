//! The parts of Dovecot's configuration, read as one.

use postproof_diag::SourceMap;
use postproof_dovecot::{Dialect, Input, Reading, read};
use postproof_model::{Model, SourcePart};
use postproof_syntax::PartKind;

/// All given parts of dovecot.conf as Dovecot reads them: first dovecot.conf
/// with what it includes, then what no include has named.
pub(crate) fn reading(sources: &SourceMap, model: &Model) -> Option<Reading> {
    let is_ours = |part: &&SourcePart| matches!(part.part.kind, PartKind::DovecotConf | PartKind::DoveconfN);
    let mut parts: Vec<&SourcePart> = model.parts.iter().filter(is_ours).collect();
    let is_main = |part: &SourcePart| name(sources, part).rsplit('/').next() == Some("dovecot.conf");
    parts.sort_by_key(|part| !is_main(part));
    let inputs: Vec<Input<'_>> = parts
        .into_iter()
        .filter_map(|part| {
            let document = sources.get(part.part.region.file)?;
            let root = !document.followed;
            let (path, region) = (name(sources, part), &part.part.region);
            Some(Input { file: region.file, path, region, bytes: &document.bytes, root })
        })
        .collect();
    if inputs.is_empty() {
        return None;
    }
    let told = read(&inputs, None);
    match model.target.dovecot.as_ref().map(|chosen| Dialect::of(chosen.value)) {
        Some(wanted) if wanted != told.dialect() => Some(read(&inputs, Some(wanted))),
        Some(_) | None => Some(told),
    }
}

fn name<'s>(sources: &'s SourceMap, part: &'s SourcePart) -> &'s str {
    let document = sources.get(part.part.region.file);
    part.part.name.as_deref().or_else(|| document.map(|document| document.known_as())).unwrap_or_default()
}
