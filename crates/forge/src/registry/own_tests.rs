use super::*;
use crate::registry::ModelState;
use domain::{Chat, Generator, Speaker};

/// A store, and a folder beside it with a model's file in it.
fn places(name: &str) -> (tempfile::TempDir, Registry, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(name);
    xtask::models::tiny::write(&path, "llama").unwrap();
    let registry = Registry::at(home.path().join("store")).unwrap();
    (home, registry, path)
}

fn add(registry: &Registry, path: &Path) -> Result<ModelReport> {
    registry.add(path, None, &mut |_| (), &Cancel::default())
}

#[test]
fn a_file_of_the_owners_becomes_a_model_that_writes_and_can_be_removed() {
    let (_home, registry, path) = places("Tiny Model (v1).Q8_0.gguf");
    let n_listed = registry.list().len();
    let report = add(&registry, &path).unwrap();
    assert_eq!(
        (report.id.as_str(), report.label.as_str(), report.licence.as_str()),
        ("tiny-model--v1-.q8_0", "Tiny Model (v1).Q8_0", "CC0-1.0")
    );
    assert_eq!((report.own, report.state, report.role), (true, ModelState::Installed, ModelRole::Generator));
    assert!(report.bytes > 0 && path.is_file());
    assert_eq!(registry.list().len(), n_listed + 1);
    assert!(!registry.dir().join(format!("{STAGE}-{}", report.id)).exists());
    assert_eq!(add(&registry, &path).unwrap(), report, "the same again is the same model");

    let generator = CandleGenerator::load(&registry, &report.id).unwrap();
    let say = |fixed| {
        let lines = vec![(Speaker::System, "Be brief, 12.".to_owned()), (Speaker::User, "Größe?".to_owned())];
        let chat = Chat { lines, fixed, max_tokens: 12, grammar: Some(r#"start: /[a-c]{3,9}/ "!""#.to_owned()) };
        generator.generate(&chat, &Cancel::default(), &mut |_| ()).unwrap()
    };
    let said = say(0);
    assert!(said.ends_with('!') && (4..=10).contains(&said.len()), "{said}");
    assert_eq!((say(1), say(1)), (said.clone(), said));

    let removed = registry.remove(&report.id).unwrap();
    assert_eq!((removed.id, removed.state), (report.id.clone(), ModelState::Missing));
    assert_eq!(registry.list().len(), n_listed);
    assert_eq!(registry.remove(&report.id).unwrap_err().code, Code::NotFound);
    assert_eq!(registry.remove("bge-small-en-v1.5").unwrap_err().code, Code::ModelMissing);
}

#[test]
fn what_changes_afterwards_is_noticed() {
    let (_home, registry, path) = places("tiny.gguf");
    let report = add(&registry, &path).unwrap();
    let weights = registry.folder(&report.id).join(WEIGHTS);
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, &bytes).unwrap();
    let verified = registry.verify(&report.id, &mut |_| (), &Cancel::default()).unwrap();
    assert_eq!(verified.state, ModelState::Altered);
    let failure = CandleGenerator::load(&registry, &report.id).err().unwrap();
    assert_eq!(failure.code, Code::ModelAltered);
    assert!(failure.hint.contains("models remove tiny"), "{failure}");
    fs::write(&path, bytes).unwrap();
    let failure = add(&registry, &path).unwrap_err();
    assert!(failure.message.contains("tiny already") && failure.hint.contains("Rename"), "{failure}");
}

#[test]
fn what_cannot_be_loaded_gets_no_name() {
    let (home, registry, path) = places("tiny.gguf");
    let n_listed = registry.list().len();
    let refused = |path: &Path, tokenizer: Option<&Path>| {
        let failure = registry.add(path, tokenizer, &mut |_| (), &Cancel::default()).unwrap_err();
        assert_eq!((failure.code, registry.list().len()), (Code::BadRequest, n_listed), "{failure}");
        assert!(fs::read_dir(registry.dir()).into_iter().flatten().next().is_none(), "nothing is left in the store");
        format!("{} {}", failure.message, failure.hint)
    };
    let other = home.path().join("mamba.gguf");
    xtask::models::tiny::write(&other, "mamba").unwrap();
    let problem = refused(&other, None);
    assert!(problem.contains("mamba") && problem.contains("gemma3") && !problem.contains("Remove"), "{problem}");
    let whole = fs::read(&path).unwrap();
    let cut = home.path().join("cut.gguf");
    fs::write(&cut, &whole[..whole.len() - 4_000]).unwrap();
    refused(&cut, None);
    fs::write(&cut, b"no model at all").unwrap();
    refused(&cut, None);
    fs::write(home.path().join("given.json"), "{}").unwrap();
    assert!(refused(&path, Some(&home.path().join("given.json"))).contains("given.json"));
    // Its layers claim to be wider than their weights are.
    let at = whole.windows(16).position(|bytes| bytes.starts_with(b"attention.head_c")).unwrap() + "attention.head_count".len() + 4;
    let mut torn = whole;
    torn[at] = 32;
    fs::write(&cut, &torn).unwrap();
    refused(&cut, None);

    for (name, of) in [("none.gguf", "No model can be named"), ("...gguf", "No model can be named"), ("BGE-small-en-v1.5.gguf", "already")]
    {
        let named = home.path().join(name);
        fs::copy(&path, &named).unwrap();
        assert!(refused(&named, None).contains(of), "{name}");
    }
    let absent = registry.add(&home.path().join("absent.gguf"), None, &mut |_| (), &Cancel::default()).unwrap_err();
    assert_eq!(absent.code, Code::Unreadable);
}

#[test]
fn what_a_strangers_file_says_of_itself_is_one_short_line() {
    assert_eq!(line(" a\nb\u{1b}[31m\t c "), "a b[31m c");
    assert_eq!(line(&"x".repeat(900)).len(), 80);
}
