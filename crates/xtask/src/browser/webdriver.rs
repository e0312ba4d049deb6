//! A small WebDriver client: one Chromium, driven through chromedriver, blocking.

use crate::setup::TestPrograms;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long the page may take for anything a test waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks at the page while waiting.
const PAUSE: Duration = Duration::from_millis(25);

/// Chromium without its own traffic, so that the page's requests stand out.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--lang=en-US",
    "--force-prefers-no-reduced-motion",
];

/// A key that a test presses.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    Tab,
    Enter,
    Escape,
    Right,
    Char(char),
}

impl Key {
    // WebDriver, section 17.4.2, "Keyboard actions": keys without a character have these code points.
    fn code(self) -> char {
        match self {
            Self::Tab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Escape => '\u{e00c}',
            Self::Right => '\u{e014}',
            Self::Char(char) => char,
        }
    }
}

/// A browser; both programs end when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    agent: ureq::Agent,
    session: String,
}

impl Browser {
    /// Starts chromedriver on a port of its choice, and Chromium with a new profile in `profile`.
    pub(crate) fn start(programs: &TestPrograms, profile: &Path) -> Result<Self> {
        let mut driver = Command::new(&programs.chromedriver)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", programs.chromedriver.display()))?;
        let port = match port(&mut driver) {
            Ok(port) => port,
            Err(error) => {
                let _ = driver.kill();
                return Err(error);
            }
        };
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(3 * PATIENCE));
        let agent = ureq::Agent::new_with_config(config.build());
        let mut browser = Self { driver, agent, session: format!("http://127.0.0.1:{port}/session") };
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": programs.chromium, "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let session = browser.post("", &capabilities)?;
        let id = session.get("sessionId").and_then(Value::as_str).context("chromedriver gave no session")?;
        browser.session = format!("{}/{id}", browser.session);
        Ok(browser)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", self.session);
        let mut response = self.agent.post(&url).send_json(body).with_context(|| format!("POST {url}"))?;
        let mut answer: Value = response.body_mut().with_config().limit(64 << 20).read_json()?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        if !response.status().is_success() {
            let message = value.get("message").and_then(Value::as_str).unwrap_or_default();
            bail!("{}", message.lines().next().unwrap_or("chromedriver refused"));
        }
        Ok(value)
    }

    /// Goes to the address and waits until it has loaded.
    pub(crate) fn go(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// The value of a JavaScript function body.
    pub(crate) fn script(&self, body: &str, args: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": args })).with_context(|| format!("script `{body}`"))
    }

    /// What the script gives for a string; nothing counts as the empty one.
    pub(crate) fn text(&self, body: &str) -> Result<String> {
        Ok(self.script(body, &[])?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the expression is true.
    pub(crate) fn wait(&self, expression: &str) -> Result<()> {
        let body = format!("return !!({expression})");
        let start = Instant::now();
        while self.script(&body, &[])? != Value::Bool(true) {
            if start.elapsed() > PATIENCE {
                bail!("waited {} s in vain for: {expression}", PATIENCE.as_secs());
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Clicks the first element of that selector, as a mouse would.
    pub(crate) fn click(&self, selector: &str) -> Result<()> {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }))?;
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let id = id.with_context(|| format!("no element `{selector}`"))?;
        self.post(&format!("/element/{id}/click"), &json!({}))
            .with_context(|| format!("click on `{selector}`"))
            .map(drop)
    }

    /// Presses and releases a key.
    pub(crate) fn press(&self, key: Key) -> Result<()> {
        self.keys(&[("keyDown", key.code()), ("keyUp", key.code())])
    }

    /// The same while Control is held.
    pub(crate) fn press_with_control(&self, char: char) -> Result<()> {
        const CONTROL: char = '\u{e009}';
        self.keys(&[("keyDown", CONTROL), ("keyDown", char), ("keyUp", char), ("keyUp", CONTROL)])
    }

    fn keys(&self, strokes: &[(&str, char)]) -> Result<()> {
        let action = |(kind, key): &(&str, char)| json!({ "type": kind, "value": key.to_string() });
        let actions: Vec<Value> = strokes.iter().map(action).collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [source] })).map(drop)
    }

    /// The messages of a log ("performance", "browser") since it was last asked for.
    pub(crate) fn log(&self, kind: &str) -> Result<Vec<Value>> {
        match self.post("/se/log", &json!({ "type": kind }))? {
            Value::Array(entries) => Ok(entries),
            other => bail!("the {kind} log is not a list: {other}"),
        }
    }

    /// A command of the Chrome DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, params: &Value) -> Result<()> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params })).map(drop)
    }

    /// The visible part of the page as PNG.
    pub(crate) fn screenshot(&self) -> Result<Vec<u8>> {
        let url = format!("{}/screenshot", self.session);
        let mut response = self.agent.get(&url).call()?;
        let answer: Value = response.body_mut().with_config().limit(64 << 20).read_json()?;
        Ok(BASE64_STANDARD.decode(answer.get("value").and_then(Value::as_str).context("no screenshot")?)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends Chromium; the driver would leave it running.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that chromedriver says it chose.
fn port(driver: &mut Child) -> Result<u16> {
    let mut lines = BufReader::new(driver.stdout.take().context("chromedriver has no output")?).lines();
    while let Some(line) = lines.next().transpose()? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            // Its later output is read and dropped, so that it never waits for a reader.
            thread::spawn(move || lines.for_each(drop));
            return port.trim_end_matches('.').parse().with_context(|| format!("no port in `{line}`"));
        }
    }
    bail!("chromedriver ended before it listened")
}
