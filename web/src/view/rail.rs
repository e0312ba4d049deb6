//! What is left of the source beside a wide view.

use super::bits::Store;
use crate::look::MarkKind;
use postproof_engine::diag::{Diagnostic, FileId};
use yew::prelude::*;

/// The faults of the document as strokes along the rail.
pub(crate) fn map(store: &Store) -> Html {
    const HEIGHT: usize = 230;
    let Some(checked) = store.report() else { return Html::default() };
    let file = FileId(u32::try_from(store.active).unwrap_or(u32::MAX));
    let lines = checked.lines.get(store.active).map_or(1, |index| index.line_count().max(1)) as usize;
    let stroke = |finding: &Diagnostic| {
        let class = match crate::look::kind(finding) {
            MarkKind::Error => "m-error",
            MarkKind::Warning => "m-warning",
            MarkKind::CannotTell => "m-unknown",
            MarkKind::Mild => "m-mild",
        };
        let y = checked.line(finding.primary.span) as usize * HEIGHT / lines;
        html! { <path {class} d={format!("M2 {y}h12")} /> }
    };
    let here = store.findings().iter().filter(|finding| finding.primary.span.file == file);
    html! { <svg class="map" width="16" height="230" viewBox="0 0 16 230" aria-hidden="true">{ for here.map(stroke) }</svg> }
}
