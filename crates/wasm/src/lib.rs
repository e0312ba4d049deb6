//! The JavaScript API: [`check`] and [`explain`] over the engine and the JSON reports.
//!
//! `checkJson` gives the bytes that `postproof check --format json` prints, and
//! `check` the same as a plain object. `types.d.ts` is what TypeScript sees.

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use postproof_engine::catalog::{DOVECOT_VERSIONS, POSTFIX_VERSIONS, Version};
use postproof_engine::diag::{Document, Lang, SourceMap};
use postproof_engine::{Options, Report};
use postproof_report::json::{self, JsonOptions};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A text, its bytes, or several of either with their paths.
    #[wasm_bindgen(typescript_type = "Input")]
    pub type Input;
    /// What a caller can choose.
    #[wasm_bindgen(typescript_type = "CheckOptions")]
    pub type CheckOptions;
    /// The same, and the service to explain.
    #[wasm_bindgen(typescript_type = "ExplainOptions")]
    pub type ExplainOptions;
    /// The report of a check.
    #[wasm_bindgen(typescript_type = "Check")]
    pub type Check;
    /// The explained chains.
    #[wasm_bindgen(typescript_type = "Explain")]
    pub type Explain;
}

/// How the only text is called in places when the caller gives no path.
const UNNAMED: &str = "<input>";

/// Checks the input and gives the report as an object.
#[wasm_bindgen]
pub fn check(input: &Input, options: Option<CheckOptions>) -> Result<Check, JsError> {
    object(&check_json(input, options)?)
}

/// Checks the input and gives the report as `postproof check --format json` prints it.
#[wasm_bindgen(js_name = checkJson)]
pub fn check_json(input: &Input, options: Option<CheckOptions>) -> Result<String, JsError> {
    let wish = Wish::read(&options.map_or(JsValue::UNDEFINED, Into::into))?;
    Ok(json::check(&[wish.report(input)?], &wish.json))
}

/// Explains the restriction chains of the input and gives them as an object.
#[wasm_bindgen]
pub fn explain(input: &Input, options: Option<ExplainOptions>) -> Result<Explain, JsError> {
    object(&explain_json(input, options)?)
}

/// Explains the restriction chains as `postproof explain --format json` prints them.
#[wasm_bindgen(js_name = explainJson)]
pub fn explain_json(input: &Input, options: Option<ExplainOptions>) -> Result<String, JsError> {
    let wish = Wish::read(&options.map_or(JsValue::UNDEFINED, Into::into))?;
    Ok(json::explain(&[wish.report(input)?], wish.service.as_deref(), &wish.json))
}

/// The version of Postproof.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The options, read.
#[derive(Default)]
struct Wish {
    engine: Options,
    json: JsonOptions,
    service: Option<String>,
}

impl Wish {
    fn read(options: &JsValue) -> Result<Self, JsError> {
        let mut wish = Self::default();
        if options.is_undefined() || options.is_null() {
            return Ok(wish);
        }
        let options = options.dyn_ref::<Object>().ok_or_else(|| JsError::new("the options are not an object"))?;
        for entry in Object::entries(options).iter() {
            let entry = Array::from(&entry);
            let (name, value) = (entry.get(0).as_string().unwrap_or_default(), entry.get(1));
            if value.is_undefined() || value.is_null() {
                continue;
            }
            match name.as_str() {
                "lang" => wish.json.lang = language(&value)?,
                "showSecrets" => {
                    wish.json.show_secrets =
                        value.as_bool().ok_or_else(|| JsError::new("`showSecrets` is not a boolean"))?;
                }
                "postfixVersion" => wish.engine.postfix_version = Some(release(&name, &value, POSTFIX_VERSIONS)?),
                "dovecotVersion" => wish.engine.dovecot_version = Some(release(&name, &value, DOVECOT_VERSIONS)?),
                "service" => wish.service = Some(text(&name, &value)?),
                _ => return Err(JsError::new(&format!("there is no option `{name}`"))),
            }
        }
        Ok(wish)
    }

    fn report(&self, input: &JsValue) -> Result<Report, JsError> {
        Ok(postproof_engine::check(sources(input)?, self.engine))
    }
}

fn text(name: &str, value: &JsValue) -> Result<String, JsError> {
    value.as_string().ok_or_else(|| JsError::new(&format!("`{name}` is not a string")))
}

fn language(value: &JsValue) -> Result<Lang, JsError> {
    match text("lang", value)?.as_str() {
        "en" => Ok(Lang::En),
        "ko" => Ok(Lang::Ko),
        other => Err(JsError::new(&format!("`lang` is `{other}`; there are `en` and `ko`"))),
    }
}

fn release(name: &str, value: &JsValue, known: &[Version]) -> Result<Version, JsError> {
    let text = text(name, value)?;
    let version = Version::parse(&text).filter(|version| known.contains(&version.series()));
    version.ok_or_else(|| {
        let known: Vec<String> = known.iter().map(Version::to_string).collect();
        JsError::new(&format!("`{name}` is `{text}`; there are {}", known.join(", ")))
    })
}

fn sources(input: &JsValue) -> Result<SourceMap, JsError> {
    let mut sources = SourceMap::default();
    if !Array::is_array(input) {
        sources.add(Document::new(UNNAMED, bytes(input)?));
        return Ok(sources);
    }
    for item in Array::from(input).iter() {
        let field = |name: &str| Reflect::get(&item, &name.into()).unwrap_or(JsValue::UNDEFINED);
        sources.add(Document::new(text("path", &field("path"))?, bytes(&field("text"))?));
    }
    Ok(sources)
}

fn bytes(value: &JsValue) -> Result<Vec<u8>, JsError> {
    match (value.as_string(), value.dyn_ref::<Uint8Array>()) {
        (Some(text), _) => Ok(text.into_bytes()),
        (None, Some(bytes)) => Ok(bytes.to_vec()),
        (None, None) => Err(JsError::new("the input is neither a string nor bytes nor a list of `{ path, text }`")),
    }
}

fn object<T: JsCast>(json: &str) -> Result<T, JsError> {
    let value = JSON::parse(json).map_err(|_| JsError::new("the report is not JSON; this is a fault of Postproof"))?;
    Ok(value.unchecked_into())
}
