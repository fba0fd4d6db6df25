//! The picture of a grant: services down, access levels across, and in each field how much of what there is is
//! allowed: solid always, hatched under a condition. The same numbers stand in a table below it.

use super::super::{Cell, Policy, Service, words};
use super::escape;
use crate::explain::grouped;

/// Widths and heights in pixels.
const LABEL: usize = 190;
const COLUMN: usize = 150;
const BAR: usize = 128;
const TOP: usize = 42;
const ROW: usize = 40;
const THICK: usize = 12;
const LEGEND: usize = 44;

pub(super) fn write(n: usize, policy: &Policy, out: &mut String) {
    let width = LABEL + COLUMN * 5;
    let bottom = TOP + ROW * policy.services.len();
    let height = bottom + LEGEND;
    out.push_str(&format!(
        "<figure class=\"wide\">\n<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"p{n}-title p{n}-desc\">\n<title id=\"p{n}-title\">The grant by service and \
         access level</title>\n<desc id=\"p{n}-desc\">{}</desc>\n",
        escape(&description(policy))
    ));
    out.push_str(&format!(
        "<defs><pattern id=\"p{n}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"paper\"/><rect width=\"3\" height=\"6\" \
         class=\"some\"/></pattern></defs>\n"
    ));
    for (column, name) in words::level_names().into_iter().enumerate() {
        let x = LABEL + COLUMN * column;
        // The longest name takes two lines.
        let (upper, lower) = name.split_once(' ').unwrap_or(("", name));
        out.push_str(&format!(
            "<text class=\"head\"><tspan x=\"{x}\" y=\"16\">{upper}</tspan> <tspan x=\"{x}\" y=\"32\">{lower}</tspan>\
             </text>\n"
        ));
    }
    for (row, service) in policy.services.iter().enumerate() {
        fields(n, TOP + ROW * row, service, out);
    }
    legend(n, bottom + 16, out);
    out.push_str("</svg>\n");
    table(policy, out);
    out.push_str("</figure>\n");
}

fn fields(n: usize, y: usize, service: &Service, out: &mut String) {
    out.push_str(&format!(
        "<line x1=\"0\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" class=\"rule\"/>\n<text x=\"0\" y=\"{}\">{}</text>\n",
        LABEL + COLUMN * 5,
        y + 18,
        escape(&service.name)
    ));
    for (column, (cell, most)) in service.cells.iter().enumerate() {
        let x = LABEL + COLUMN * column;
        if *most == 0 {
            continue;
        }
        let (always, some) = (length(cell.always, *most), length(cell.conditional, *most));
        let always = always.min(BAR - some);
        let top = y + 8;
        out.push_str(&format!(
            "<rect x=\"{x}\" y=\"{top}\" width=\"{always}\" height=\"{THICK}\" class=\"all\"/>\
             <rect x=\"{}\" y=\"{top}\" width=\"{some}\" height=\"{THICK}\" fill=\"url(#p{n}-hatch)\"/>\
             <rect x=\"{x}\" y=\"{top}\" width=\"{BAR}\" height=\"{THICK}\" class=\"frame\"/>",
            x + always
        ));
        let said = share(cell, *most);
        out.push_str(&format!("<text x=\"{x}\" y=\"{}\" class=\"small\">{said}</text>\n", y + 32));
    }
}

/// How long a share of the bar is: seen when it is not nothing, and full only when it is all.
fn length(n: usize, most: usize) -> usize {
    match n {
        0 => 0,
        n if n >= most => BAR,
        n => (BAR * n / most.max(1)).clamp(6, BAR - 6),
    }
}

fn legend(n: usize, y: usize, out: &mut String) {
    out.push_str(&format!(
        "<rect x=\"{LABEL}\" y=\"{y}\" width=\"24\" height=\"{THICK}\" class=\"all frame\"/>\
         <text x=\"{}\" y=\"{}\" class=\"small\">allowed always</text>\n",
        LABEL + 32,
        y + 10
    ));
    let x = LABEL + COLUMN;
    out.push_str(&format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"24\" height=\"{THICK}\" fill=\"url(#p{n}-hatch)\"/>\
         <rect x=\"{x}\" y=\"{y}\" width=\"24\" height=\"{THICK}\" class=\"frame\"/>\
         <text x=\"{}\" y=\"{}\" class=\"small\">under a condition</text>\n",
        x + 32,
        y + 10
    ));
    let x = LABEL + COLUMN * 2;
    out.push_str(&format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"24\" height=\"{THICK}\" class=\"frame\"/>\
         <text x=\"{}\" y=\"{}\" class=\"small\">not allowed</text>\n",
        x + 32,
        y + 10
    ));
}

/// The picture in a sentence for each service.
fn description(policy: &Policy) -> String {
    let service = |it: &Service| {
        let levels = it.cells.iter().zip(words::level_names());
        let said: Vec<String> = levels
            .filter(|((cell, _), _)| cell.total() > 0)
            .map(|((cell, most), level)| format!("{level} {} of {}{}", cell.total(), most, some(cell)))
            .collect();
        format!("{}: {}.", it.name, said.join(", "))
    };
    policy.services.iter().map(service).collect::<Vec<_>>().join(" ")
}

fn some(cell: &Cell) -> String {
    if cell.conditional > 0 { format!(" ({} under a condition)", cell.conditional) } else { String::new() }
}

fn table(policy: &Policy, out: &mut String) {
    let columns: Vec<String> = words::level_names().map(|it| format!("<th scope=\"col\">{it}</th>")).into();
    out.push_str(&format!(
        "<table>\n<caption>The picture in numbers: allowed, of all that the service has.</caption>\n<thead><tr>\
         <th scope=\"col\">Service</th>{}</tr></thead>\n<tbody>\n",
        columns.concat()
    ));
    for it in &policy.services {
        let cells: Vec<String> = it
            .cells
            .iter()
            .map(|(cell, most)| match most {
                0 => "<td class=\"number none\">–</td>".to_owned(),
                _ => {
                    let class = if cell.total() == 0 { "number none" } else { "number" };
                    format!("<td class=\"{class}\">{}</td>", share(cell, *most))
                }
            })
            .collect();
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>{}</tr>\n", escape(&it.name), cells.concat()));
    }
    out.push_str("</tbody>\n</table>\n");
}

/// `41 of 57, 3 if, 1 cut`
fn share(cell: &Cell, most: usize) -> String {
    let mut out = format!("{} of {}", grouped(cell.total()), grouped(most));
    match cell.conditional {
        0 => {}
        n if n == cell.total() => out.push_str(", if"),
        n => out.push_str(&format!(", {} if", grouped(n))),
    }
    if cell.denied > 0 {
        out.push_str(&format!(", {} cut", grouped(cell.denied)));
    }
    out
}
