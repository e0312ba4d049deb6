//! Pictures of the page for people to look at, in `target/screenshots`.

use super::Page;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;

/// The window height at which nothing in the page scrolls any more.
const LENGTH: &str = "const hidden = [...document.querySelectorAll('body, body *:not(textarea)')] \
     .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY)) \
     .map((element) => element.scrollHeight - element.clientHeight); \
     return Math.max(document.documentElement.scrollHeight, innerHeight + Math.max(0, ...hidden))";

/// Every view in both themes, at a desktop's and a phone's width, in full length.
pub(super) fn take(page: &Page) -> Result<()> {
    snap(page, "empty-1280-light")?;
    page.paste_review()?;
    for (width, theme) in [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")] {
        for view in ["overview", "chain", "findings", "session"] {
            page.window(width, theme)?;
            page.browser.click(&format!("[data-test=view-{view}]"))?;
            snap(page, &format!("{view}-{width}-{theme}"))?;
        }
    }
    page.window(1280, "light")?;
    page.browser.click("[data-test=lang]")?;
    for view in ["chain", "findings", "session"] {
        page.browser.click(&format!("[data-test=view-{view}]"))?;
        snap(page, &format!("{view}-1280-light-ko"))?;
    }
    page.open()?;
    page.paste(include_str!("../../../../web/examples/to-2.4.txt"))?;
    page.browser.wait("document.querySelector('[data-test=view-migrate]')")?;
    page.browser.click("[data-test=view-migrate]")?;
    for (width, theme) in [(1280, "light"), (360, "dark")] {
        page.window(width, theme)?;
        snap(page, &format!("migrate-{width}-{theme}"))?;
    }
    Ok(())
}

fn snap(page: &Page, name: &str) -> Result<()> {
    page.browser.script("document.activeElement.blur(); scrollTo(0, 0)", &[])?;
    // Two frames, so that what the last click changed has been drawn.
    let drawn = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))";
    page.browser.script(drawn, &[])?;
    let length = page.browser.script(LENGTH, &[])?.as_u64().unwrap_or(900);
    let width = page.browser.script("return innerWidth", &[])?;
    // A page of thousands of findings would be a picture that nobody opens.
    let height = length.clamp(900, 8000);
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.browser.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
    page.browser.script(drawn, &[])?;
    let picture = page.browser.screenshot()?;
    ensure!(picture.starts_with(b"\x89PNG"), "the browser gave no picture");
    let file = page.pictures.join(format!("{name}.png"));
    fs::write(&file, picture).with_context(|| format!("cannot write {}", file.display()))
}
