//! BLEU checked against sacrebleu 2.6.0, whose scores are a hundred times ours.

use super::*;

const SMOOTHINGS: [Smoothing; 4] =
    [Smoothing::Exp, Smoothing::None, Smoothing::Floor(0.1), Smoothing::AddK(1.0)];

const CAT: (&str, &[&str]) = ("the cat sat on the mat", &["the cat is on the mat"]);
const PARTY: (&str, &[&str]) = (
    "It is a guide to action which ensures that the military always obeys the commands of the party.",
    &[
        "It is a guide to action that ensures that the military will forever heed Party commands.",
        "It is the guiding principle which guarantees the military forces always being under the \
         command of the Party.",
    ],
);
const SIGNS: (&str, &[&str]) = (
    "Mr. O'Neill paid $1,000.50 (approx.) in 1990-91... &amp; left",
    &["Mr. O'Neill paid $1,000.50, approx., in 1990-1991 & left."],
);
const HELLO: (&str, &[&str]) = ("Hello", &["Hello, world!"]);

#[track_caller]
fn check(ours: Result<f64, NoAnswers>, sacrebleu: f64) {
    let ours = ours.unwrap() * 100.0;
    assert!((ours - sacrebleu).abs() < 1e-10, "{ours} is not {sacrebleu}");
}

/// `sentence_bleu(prediction, answers, smooth_method=...)` with `exp`, `none`, `floor`, `add-k`.
#[track_caller]
fn check_sentence((prediction, answers): (&str, &[&str]), sacrebleu: [f64; 4]) {
    for (smoothing, expected) in SMOOTHINGS.into_iter().zip(sacrebleu) {
        check(Bleu { smoothing }.sentence(prediction, answers), expected);
    }
}

#[test]
fn sentences_score_as_sacrebleu_scores_them() {
    check_sentence(CAT, [37.991_784_282_579_63, 0.0, 25.406_637_407_730_73, 48.549_177_170_732_36]);
    let party = 44.573_518_321_953_955;
    check_sentence(PARTY, [party, party, party, 48.175_040_045_546_325]);
    check_sentence(("a b", &["a b"]), [100.0; 4]);
    let clipped = [15.973_577_606_156_81, 0.0, 8.034_284_189_446_518, 31.947_155_212_313_625];
    check_sentence(("the the the the", &["the cat"]), clipped);
    check_sentence(("xyz", &["abc"]), [0.0; 4]);
    check_sentence(("", &["abc"]), [0.0; 4]);
    let signs = 37.754_323_999_245_86;
    check_sentence(SIGNS, [signs, signs, signs, 41.761_651_247_337_426]);
    let two = 60.427_507_947_135_354;
    let answers = &["one two three five six seven", "one two three four nine"];
    check_sentence(
        ("one two three four five six", answers),
        [two, two, two, 70.710_678_118_654_78],
    );
    check_sentence(HELLO, [4.978_706_836_786_396; 4]);
}

#[test]
fn words_are_parted_as_mteval_parts_them() {
    check_sentence(("well-\nknown line\nbreak", &["wellknown line break"]), [100.0; 4]);
    check_sentence(("a.b ..., 5.,6 7-8", &["a . b . . . , 5. , 6 7 - 8"]), [100.0; 4]);
}

/// `BLEU(smooth_method=...).corpus_score(predictions, answers)`, in the same order.
#[test]
fn a_corpus_scores_as_sacrebleu_scores_it() {
    let check_corpus = |corpus: &[(&str, &[&str])], sacrebleu: [f64; 4]| {
        for (smoothing, expected) in SMOOTHINGS.into_iter().zip(sacrebleu) {
            check(Bleu { smoothing }.corpus(corpus.iter().copied()), expected);
        }
    };
    let all = 39.496_815_825_535_84;
    check_corpus(&[CAT, PARTY, SIGNS, HELLO], [all, all, all, 41.333_884_308_481_34]);
    // No n-grams of three words: nothing stands for their precision, except what is added to it.
    check_corpus(&[("a b", &["a b"]), ("x", &["x"])], [0.0, 0.0, 0.0, 100.0]);
    check_corpus(
        &[("one two three four", &["one two four three"])],
        [37.991_784_282_579_63, 0.0, 20.205_155_046_766_233, 53.728_496_591_177_1],
    );
}

#[test]
fn without_answers_there_is_no_score() {
    let none: &[&str] = &[];
    assert_eq!(Bleu::default().sentence("a", none), Err(NoAnswers));
    assert_eq!(Bleu::default().corpus([("a", none)]), Err(NoAnswers));
    assert_eq!(Bleu::default().corpus([] as [(&str, &str); 0]), Err(NoAnswers));
}
