use std::time::Instant;

use cortex::answer::{Answerer, Cited, Part};
use cortex::plan::Plan;
use domain::{Cancel, Result};
use jiff::tz::TimeZone;

use crate::Engine;
use crate::phrase::today;
use crate::show;
use crate::wire::{Answer, AskPart, AskRequest, Claim, Computed, ComputedRow, Hit, PlanView};

pub(crate) fn ask(engine: &Engine, request: AskRequest, cancel: &Cancel, on: &mut dyn FnMut(AskPart)) -> Result<Answer> {
    let started = Instant::now();
    let open = engine.open()?;
    let senses = open.meaning.senses(&open.vault);
    let model = request.model.map_or_else(|| super::settings::language_model(&open.vault), Ok)?;
    let generator = open.meaning.generator(&model)?;
    let answerer = Answerer {
        vault: &open.vault,
        senses: &senses,
        generator: generator.as_deref(),
        places: open.meaning.places(),
        today: today(),
        zone: TimeZone::system(),
    };
    let answer = answerer.answer(&request.question, &request.filter, cancel, &mut |part| {
        on(match part {
            Part::Plan(plan) => AskPart::Plan(plan_view(plan)),
            Part::Computed(computed) => AskPart::Computed(computed_view(computed)),
            Part::Found(items) => AskPart::Found { hits: items.iter().map(hit).collect() },
            Part::Text(text) => AskPart::Text { text: text.to_owned() },
        });
    })?;
    Ok(Answer {
        answer: answer.text,
        claims: answer.claims.into_iter().map(|claim| Claim { text: claim.text, cites: claim.cites }).collect(),
        plan: plan_view(&answer.plan),
        computed: answer.computed.as_ref().map(computed_view),
        items: answer.items.iter().map(hit).collect(),
        abstained: answer.abstained,
        model: answer.model,
        took_ms: started.elapsed().as_millis() as u64,
    })
}

fn plan_view(plan: &Plan) -> PlanView {
    PlanView {
        asked: plan.asked.name().to_owned(),
        understood: plan.understood.clone(),
        filter: plan.filter.clone(),
        ignored: [&plan.unknown, &plan.absent, &plan.beyond].into_iter().flatten().cloned().collect(),
    }
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

fn hit(cited: &Cited) -> Hit {
    let mut row = show::row(cited.row.clone());
    row.snippet.clone_from(&cited.snippet);
    Hit { row, score: cited.hit.score, why: cited.hit.why.clone() }
}
