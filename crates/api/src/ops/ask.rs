use std::time::Instant;

use cortex::answer::{Answerer, Cited, Part};
use cortex::plan::Plan;
use domain::{Cancel, Result};
use jiff::tz::TimeZone;

use crate::Engine;
use crate::engine::now;
use crate::faltering::Faltering;
use crate::ops::conversations;
use crate::phrase::today;
use crate::show;
use crate::wire::{Answer, AskPart, AskRequest, Claim, Computed, ComputedRow, Hit, PlanView, Reading, StepView};
use crate::withholding::Withheld;

pub(crate) fn ask(engine: &Engine, request: AskRequest, cancel: &Cancel, on: &mut dyn FnMut(AskPart)) -> Result<Answer> {
    let (asked, started) = (now(), Instant::now());
    let open = engine.open()?;
    let senses = open.meaning.senses(&open.vault);
    let model = request.model.clone().map_or_else(|| super::settings::language_model(&open.vault), Ok)?;
    let generator = Faltering::of(open.meaning.generator(&model))?;
    let answerer = Answerer {
        vault: &open.vault,
        senses: &senses,
        generator: generator.model(),
        places: open.meaning.places(),
        today: today(),
        zone: TimeZone::system(),
    };
    let mut withheld = Withheld::default();
    let mut unread = Ok(());
    let filter = open.read(&request.filter)?.filter;
    let before = conversations::before(&open.vault, &request)?;
    let answer = answerer.answer(&request.question, &before, &filter, cancel, &mut |part| {
        on(match part {
            Part::Plan(plan) => AskPart::Plan(plan_view(plan)),
            Part::Computed(computed) => AskPart::Computed(computed_view(computed)),
            Part::Found(items) => {
                unread = withheld.learn(&open.vault, items);
                AskPart::Found { hits: items.iter().map(|cited| hit(cited, &withheld)).collect() }
            }
            // Words come after the items that they rest on.
            Part::Text(text) => AskPart::Text { text: withheld.hide(text) },
        });
    })?;
    unread?;
    let mut answer = Answer {
        answer: withheld.hide(&answer.text),
        claims: answer.claims.into_iter().map(|claim| Claim { text: withheld.hide(&claim.text), cites: claim.cites }).collect(),
        plan: plan_view(&answer.plan),
        computed: answer.computed.as_ref().map(computed_view),
        items: answer.items.iter().map(|cited| hit(cited, &withheld)).collect(),
        withheld: withheld.any(),
        choices: answer.choices.into_iter().map(|choice| Reading { label: choice.label, question: choice.question }).collect(),
        abstained: answer.abstained,
        model: answer.model,
        model_failure: generator.failure(),
        took_ms: started.elapsed().as_millis() as u64,
        conversation: None,
    };
    answer.conversation = conversations::keep(&open.vault, &request, asked, &answer)?;
    Ok(answer)
}

fn plan_view(plan: &Plan) -> PlanView {
    PlanView {
        asked: plan.asked.name().to_owned(),
        understood: plan.understood.clone(),
        filter: plan.filter.clone(),
        steps: plan.steps.iter().map(step_view).collect(),
        ignored: [&plan.unknown, &plan.absent, &plan.beyond].into_iter().flatten().cloned().collect(),
    }
}

fn step_view(step: &cortex::plan::Step) -> StepView {
    StepView { said: step.said.clone(), understood: step.understood.clone(), found: step.found.clone(), cites: step.cites.clone() }
}

fn computed_view(computed: &cortex::answer::Computed) -> Computed {
    Computed {
        label: computed.label.clone(),
        value: computed.value,
        unit: computed.unit.clone(),
        rows: computed.rows.iter().map(|(key, value)| ComputedRow { key: key.clone(), value: *value }).collect(),
        query: computed.query.clone(),
    }
}

fn hit(cited: &Cited, withheld: &Withheld) -> Hit {
    let mut row = show::row(cited.row.clone());
    row.snippet = withheld.excerpt(cited.row.uid, &cited.snippet);
    row.title = withheld.hide(&row.title);
    Hit { row, score: cited.hit.score, why: cited.hit.why.clone(), same: Vec::new() }
}
