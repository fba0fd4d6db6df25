#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| accesslens_fuzz::settings_and_scenarios(data));
