//! The built page in a real headless Chromium, under the policy that it ships with.
//!
//! The page and these tests agree on `data-test` and `data-rule` attributes, so
//! that the look can change freely.

mod cases;
mod pictures;
mod webdriver;

use crate::serve::{self, Server};
use crate::setup::TestPrograms;
use crate::site;
use crate::tally::Tally;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Instant;
use webdriver::Browser;

/// What every case works with.
pub(crate) struct Page {
    browser: Browser,
    server: Server,
    review: String,
    pictures: PathBuf,
}

/// Runs every case; a failed one does not stop the others.
pub(crate) fn run(root: &Path, programs: &TestPrograms) -> Result<Tally> {
    let page = Page::start(root, programs)?;
    let mut tally = Tally::default();
    for (name, case) in cases::ALL {
        let start = Instant::now();
        let result = page.open().and_then(|()| case(&page));
        let time = start.elapsed().as_secs_f32();
        match result {
            Ok(()) => println!("test page::{name} ... ok ({time:.1} s)"),
            Err(ref error) => println!("test page::{name} ... FAILED ({time:.1} s)\n    {error:#}"),
        }
        tally.count(result.is_ok());
    }
    println!("screenshots are in {}", page.pictures.display());
    Ok(tally)
}

impl Page {
    fn start(root: &Path, programs: &TestPrograms) -> Result<Self> {
        let profile = fresh(&root.join("target/browser-profile"))?;
        let pictures = fresh(&root.join("target/screenshots"))?;
        let review = root.join("tests/fixtures/review.ko.md");
        let review = fs::read_to_string(&review).with_context(|| format!("cannot read {}", review.display()))?;
        let listener = serve::listen(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)?;
        let server = Server::start(listener, &site::directory(root))?;
        let browser = Browser::start(programs, &profile)?;
        Ok(Self { browser, server, review, pictures })
    }

    /// Loads the page as on a first visit, in a light window of 1280 by 900, and empties the logs.
    fn open(&self) -> Result<()> {
        let url = format!("http://{}/", self.server.address);
        self.browser.go(&url)?;
        self.browser.script("localStorage.clear(); sessionStorage.clear()", &[])?;
        self.window(1280, "light")?;
        self.browser.go("about:blank")?;
        self.browser.log("browser")?;
        self.browser.go(&url)?;
        self.browser.wait("document.readyState === 'complete' && document.querySelector('[data-test=input]')")?;
        self.browser.log("performance").map(drop)
    }

    /// Gives the page a width in CSS pixels and a colour scheme.
    fn window(&self, width: u32, scheme: &str) -> Result<()> {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", &metrics)?;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.browser.devtools("Emulation.setEmulatedMedia", &features)
    }

    /// Pastes the text from the clipboard into the box, in place of what is there.
    fn paste(&self, text: &str) -> Result<()> {
        // Tab may have led out of the page; only a page in focus has a clipboard.
        self.browser.devtools("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }))?;
        let origin = format!("http://{}", self.server.address);
        let rights = json!({ "origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.browser.devtools("Browser.grantPermissions", &rights)?;
        self.browser.script("return navigator.clipboard.writeText(arguments[0])", &[Value::from(text)])?;
        self.browser
            .script("const box = document.querySelector('[data-test=input]'); box.focus(); box.select()", &[])?;
        self.browser.press_with_control('v')?;
        let length = "return document.querySelector('[data-test=input]').value.length";
        let length = self.browser.script(length, &[])?;
        ensure!(length == text.encode_utf16().count(), "after the paste the box holds {length} characters");
        Ok(())
    }

    /// Pastes the review and waits for its findings.
    fn paste_review(&self) -> Result<()> {
        self.paste(&self.review)?;
        self.browser.wait("document.querySelector('[data-test=view-findings]')")?;
        self.browser.click("[data-test=view-findings]")?;
        self.browser.wait("document.querySelector('[data-test=findings] [data-rule=tls-snakeoil]')")
    }

    /// The text that the first element of the selector shows.
    fn shown(&self, selector: &str) -> Result<String> {
        self.browser.text(&format!("return document.querySelector(`{selector}`)?.innerText ?? ''"))
    }
}

/// The directory, made anew and empty.
fn fresh(dir: &Path) -> Result<PathBuf> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(dir)?;
    Ok(dir.to_path_buf())
}
