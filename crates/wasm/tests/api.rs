//! The API as compiled to WASM, run in Node by wasm-bindgen's test runner.
#![cfg(target_arch = "wasm32")]
// The test attribute makes public items.
#![allow(missing_docs, unreachable_pub)]

use js_sys::{JSON, Object, Reflect, Uint8Array};
use postproof_wasm::{CheckOptions, Input, check, check_json, explain, version};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const MAIN_CF: &str = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, permit\n";

fn input(value: impl Into<JsValue>) -> Input {
    value.into().unchecked_into()
}

fn options(name: &str, value: impl Into<JsValue>) -> Option<CheckOptions> {
    let options = Object::new();
    Reflect::set(&options, &name.into(), &value.into()).unwrap();
    Some(options.unchecked_into())
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

#[wasm_bindgen_test]
fn the_object_is_the_json() {
    let json = check_json(&input(MAIN_CF), None).ok().unwrap();
    let object = check(&input(MAIN_CF), None).ok().unwrap();
    let again = JSON::stringify_with_replacer_and_space(&object, &JsValue::NULL, &2.into()).unwrap();
    assert_eq!(json.trim_end(), String::from(again));
    assert_eq!(get(&object, "schema"), "postproof.check/1");
}

#[wasm_bindgen_test]
fn a_text_and_its_bytes_give_the_same() {
    let bytes = Uint8Array::from(MAIN_CF.as_bytes());
    assert_eq!(check_json(&input(MAIN_CF), None).ok(), check_json(&input(bytes), None).ok());
}

#[wasm_bindgen_test]
fn options_are_heard_and_wrong_ones_refused() {
    let korean = check(&input(MAIN_CF), options("lang", "ko")).ok().unwrap();
    assert_eq!(get(&korean, "lang"), "ko");
    for (name, value) in [("lang", "de"), ("langue", "ko"), ("postfixVersion", "1.0"), ("showSecrets", "yes")] {
        assert!(check_json(&input(MAIN_CF), options(name, value)).is_err(), "{name} = {value}");
    }
    assert!(check_json(&input(7), None).is_err());
}

#[wasm_bindgen_test]
fn explanation_and_version_are_there() {
    let object = explain(&input(MAIN_CF), None).ok().unwrap();
    assert_eq!(get(&object, "schema"), "postproof.explain/1");
    assert_eq!(get(&object, "postproof"), version().as_str());
}
