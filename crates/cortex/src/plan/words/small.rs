//! Words that carry no meaning of their own in a question, and those that carry one that no plan can hold.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::{Language, phrases};

/// Small words: what is left of a question when they are gone is what to look for.
const SMALL_EN: &str = "a | an | google | forgot | forgotten | travelling | traveling | told | recall | able | possible | happening | \
    hear | heard | the | i | me | my | mine | myself | we | our | ours | you | your | yours | he | him | his | she | her | hers | \
    it | its | they | them | their | theirs | us | is | are | was | were | be | been | being | am | do | does | did | done | \
    doing | have | has | had | having | i've | i'm | i'd | it's | that's | what's | who's | where's | when's | there's | how's | \
    here | of | in | on | at | to | for | from | with | by | about | and | or | that | this | these | those | there | what | \
    which | who | whom | whose | when | where | why | how | many | much | often | frequently | times | any | all | some | every | \
    each | both | other | another | such | only | also | just | even | still | yet | already | again | once | ever | always | \
    usually | so | far | too | very | really | quite | get | gets | got | gotten | getting | receive | receives | received | \
    receiving | arrive | arrived | arrives | came | come | comes | coming | reached | send | sends | sent | sending | write | \
    writes | wrote | written | writing | take | takes | taken | took | taking | go | goes | went | gone | going | see | sees | \
    saw | seen | meet | meets | met | find | finds | found | show | shows | tell | give | gives | given | list | name | names | \
    named | total | totally | altogether | overall | sum | count | during | within | between | near | nearby | around | make | \
    makes | made | making | can | could | will | would | shall | may | might | must | should | need | needs | needed | want | \
    wanted | wish | first | last | latest | most | more | fewer | less | than | then | say | says | said | call | calls | called | \
    search | look | looks | looked | looking | happen | happened | happens | held | exist | exists | contain | contains | contained | concern | concerns | concerned | \
    containing | mention | mentions | mentioning | mentioned | regarding | concerning | related | topic | into | out | up | down | \
    off | over | through | titled | title | entitled | subject | money | ago | own | one | ones | please | know | remember | \
    remind | let | lets | thing | things | something | anything | someone | anyone | somebody | anybody | everything | stuff | \
    number | amount | date | dates | day | time | year | details | information | info | kind | type | sort | back | because | if | \
    as | per | via | attend | attended | attending | join | joined | together | data | archive | vault | item | items | entry | \
    entries | keep | kept | save | saved | shot | shoot | snap | snapped | snapping | captured | cover | covered | ride | rode | \
    ridden | riding | move | moved | open | opened | play | played | read | exactly | roughly | approximately | currently | now | \
    cannot | whether | while | since | until | before | after | think | believe | guess | wonder | wondering | hi | hello | hey | \
    thanks | thank | ok | okay | well | else | along | occur | occurs | belong | belongs | use | uses | under | reach | accompany | accompanied | start | started | starting | begin | began | begun | recently | sometime | anytime | followed | same | bill | billed | served | serve | serves | statt | pls | plz | w";
/// The same in German.
const SMALL_DE: &str = "in | ins | google | vergessen | vergass | vergaß | kannst | könntest | magst | gingen | unternommen | \
    unternahm | getan | tat | taten | passiert | geschah | geschehen | los | sagen | sagt | erzähl | erzähle | weisst | weißt | \
    standen | stünden | kommt | rein | hinein | getauft | taufte | heute | besitze | besitzt | ich | mich | mir | mein | meine | \
    meinen | meinem | meiner | meines | wir | uns | unser | unsere | unseren | unserem | unserer | du | dich | dir | dein | deine | \
    er | ihn | ihm | sie | ihnen | ihr | ihre | ihren | ihrem | ihrer | sein | seine | seinen | seinem | seiner | es | man | sich | \
    ist | sind | war | waren | warst | bin | bist | seid | habe | hab | hast | hat | haben | hatte | hatten | hattest | wird | \
    werde | werden | wurde | wurden | worden | gab | gibt | geben | gib | der | die | das | den | dem | des | ein | eine | einen | \
    einem | einer | eines | dies | diese | diesen | diesem | dieser | dieses | jene | jeder | jede | jedes | jeden | alle | allen | \
    aller | alles | allem | einige | manche | etwas | irgendein | irgendeine | irgendwas | viel | viele | vielen | oft | häufig | \
    mal | male | mals | von | vom | mit | für | zu | zum | zur | im | am | an | auf | bei | beim | über | um | nach | aus | unter | \
    durch | gegen | bis | seit | ab | vor | hinter | neben | zwischen | und | oder | aber | auch | nur | noch | schon | bereits | \
    bisher | bislang | wieder | immer | je | jemals | eigentlich | denn | doch | wohl | etwa | ungefähr | genau | so | sehr | \
    ganz | insgesamt | gesamt | total | wie | was | wer | wem | wen | wessen | wann | wo | woher | wohin | warum | wieso | welche | \
    welcher | welches | welchen | welchem | worüber | worum | wonach | wofür | worauf | wovon | womit | woran | darüber | dazu | davon | dabei | dort | da | \
    hier | daran | darin | drin | bekomme | bekommen | bekam | kriege | gekriegt | kriegte | erhalten | erhielt | empfangen | \
    geschickt | schickte | schickt | schicken | gesendet | sendete | gesandt | verschickt | versandt | gesendete | geschrieben | \
    schrieb | schreibt | schreiben | gemacht | machte | machen | mache | aufgenommen | entstanden | geschossen | getroffen | traf | \
    treffen | gesehen | sah | gewesen | gegeben | gekommen | kam | kamen | kommen | ankamen | angekommen | eingegangen | ging | \
    gegangen | gehen | gefahren | fuhr | fahren | geworden | zurückgelegt | zurücklegte | teilgenommen | muss | musste | müssen | \
    soll | sollte | sollen | kann | konnte | können | darf | will | wollte | möchte | würde | heisst | heißt | heissen | heißen | \
    hiess | hieß | nennt | nannte | genannt | lautet | lauten | name | namen | namens | titel | betreff | zuletzt | zuerst | \
    anzahl | zahl | summe | geld | datum | tag | uhr | zeit | jahr | als | dass | ob | weil | wenn | damit | zeig | zeige | \
    zeigen | such | finde | finden | sag | sage | nenn | nenne | liste | zähl | zähle | bitte | danke | hallo | ding | dinge | \
    sache | sachen | art | stehen | steht | stand | stehst | liegt | enthält | enthalten | erwähnt | erwähnen | betrifft | \
    handelt | ging's | thema | daten | eintrag | einträge | gespeichert | geöffnet | aufgerufen | benutzt | genutzt | heraus | \
    raus | her | hin | zurück | zusammen | gemeinsam | wieviel | wieviele | einmal | selbst | gerade | jetzt | mir's | hab's | \
    gibt's | gemeldet | meldete | war's | dafür | deren | dessen | wird's | erneut | ihrerseits | worin | wobei | alles in allem | statt | bleibe | bleiben | blieb | mehr | weniger | stammen | stammt | handeln | handelt | notiert | gelassen | irgendwann | kürzlich | angefangen | begonnen | begann | dauert | dauerte | dauern | steht | stehen | stand | gehört | gehören";

/// What no plan can hold, in any question: it turns the meaning around.
const TURNING: &str = "not | never | nor | neither | without | except | excluding | apart from | other than | nobody | nothing | \
    unread | unanswered | nicht | nie | niemals | ohne | außer | ausser | ausgenommen | kein | keine | keinen | keinem | keiner | \
    niemand | niemandem | nichts | think of me | think about me | thinks of me | feel about me | denkt über mich | hält von mir | unbeantwortet | unbeantwortete | ungelesen | ungelesene";

/// What a number or an order cannot be computed by: it would be taken for a word of the items.
const BEYOND_COMPUTING: &str = "at noon | at midnight | am mittag | mittags | median | percentage | percent | proportion | share of | prozent | anteil | \
    prozentsatz | fastest | slowest | heaviest | schnellste | langsamste | schwerste | longer than | shorter than | larger than | bigger than | more than once | several times | mehrmals | at least | at most | \
    no more than | länger als | kürzer als | größer als | mindestens | höchstens | mehr als einmal | different | distinct | \
    unique | in a row | consecutive | verschiedene | verschiedenen | unterschiedliche | unterschiedlichen | hintereinander | \
    nacheinander | heart rate | pulse | calories | blood pressure | puls | herzfrequenz | kalorien | blutdruck";

/// Ways to say that something happens, in two words of which each says something else.
const HAPPENING: &str = "take place | takes place | took place | taken place | taking place | took part | take part | taking part | fand statt | fanden statt | findet statt | \
    stattgefunden | stattfinden";

/// The phrases for happening.
pub(in crate::plan) fn happening() -> impl Iterator<Item = &'static str> {
    phrases(HAPPENING)
}

/// What a question is wrapped in: how somebody asks, not what. The longer ones first.
const FRAMES: &str = "i'd be interested to hear | i'd be interested to know | i would be interested to hear | i would be interested to know | i'd be interested in | \
    would you kindly look up | could you kindly look up | kindly look up | would you please look up | would you look up | would you mind looking up | \
    would you kindly | could you kindly | kindly | would you mind | would you tell me | a lot | \
    which wins | which one wins | was gewinnt | i would really like to know | i'd really like to know | i would like to know | i'd like to know | i would love to know | i'd love to know | \
    i would love to remember | i'd love to remember | i would like to see | i'd like to see | i'd like to find out | i would like to find out | \
    i would like to have | i'd like to have | i would like | i'd like | i would love | i'd love | would you like | i want to know | i want to find out | \
    i want to see | i'm trying to find out | i am trying to find out | i'm trying to remember | i am trying to remember | i'm trying to work out | \
    i'm looking for | i am looking for | i'm curious | i am curious | just curious | out of curiosity | for the record | do me a favour | do me a favor | \
    if you can | if possible | could you work out | can you work out | could you figure out | can you figure out | could you find out | can you find out | \
    could you look up | can you look up | please look up | could you check | can you check | please check | could you remind me | can you remind me | \
    could you tell me | can you tell me | could you say | can you say | help me remember | help me find | help me out | any idea | got any idea | have you got | \
    do you happen to know | do you know | it would help to know | it would be nice to know | would be good to know | i was wondering | i wonder | i keep forgetting | \
    i can't remember | i cannot remember | i don't remember | i can't recall | i don't recall | i've forgotten | i have forgotten | my question is | \
    quick question | one question | let me know | i mean | to be exact | to be precise | to be specific | so to speak | set foot | on earth | in the world | auf erden | for me personally | \
    ich würde gern wissen | ich würde gerne wissen | ich wüsste gern | ich wüsste gerne | ich möchte gern wissen | ich möchte gerne wissen | ich möchte wissen | \
    ich will wissen | ich hätte gern gewusst | ich hätte gerne gewusst | mich würde interessieren | mich interessiert | es interessiert mich | kannst du mir sagen | \
    könntest du mir sagen | kannst du mir zeigen | könntest du mir zeigen | kannst du nachschauen | könntest du nachschauen | kannst du nachsehen | \
    kannst du herausfinden | könntest du herausfinden | weisst du noch | weißt du noch | weisst du | weißt du | sag mir | sag mal | verrat mir | verrate mir | \
    ich frage mich | ich weiss nicht mehr | ich weiß nicht mehr | ich erinnere mich nicht | keine ahnung | hilf mir | schau mal nach | schau nach | \
    schau bitte nach | sieh nach | finde heraus | find heraus | rechne aus | rechne mir aus | fuss gesetzt | fuß gesetzt | aus neugier | nur so gefragt | gerne | gern | überhaupt";

/// The phrases that a question is wrapped in.
pub(in crate::plan) fn frames() -> impl Iterator<Item = &'static str> {
    phrases(FRAMES)
}

/// Where all that is asked about lies, which narrows nothing.
const CONTAINERS: &str = "from the first month to the last | from first to last | from the first to the last | from start to finish | from beginning to end | \
    from the first on | over the course of | over the course | in the course of | during the course of | during the course | im laufe von | im laufe des | im laufe der | \
    over all time | of all time | all time | all years together | over the whole of | the whole of | over the whole | for the whole | during the whole | over the entire | the whole year | \
    all over the years | in all the years | so far | thus far | to date | up to now | until now | till now | right now | at the moment | \
    bis jetzt | according to | going by | judging by | as per | gemäss | gemäß | laut | over the years | over all the years | over all these years | über die jahre | in my history | in my browser | in my collection | in my library | in my archive | in my data | in my vault | \
    in my account | on my computer | in my files | in meiner sammlung | in meinen daten | in meinem archiv | in meinem konto";

/// By what somebody was where they were: where their phone was, and no entry of a calendar says so.
const BY_TRACK: &str = "according to my location history | according to my location data | according to my location | according to my timeline | \
    according to my phone | according to google maps | according to the map | by my location history | going by my location | going by my phone | physically present | \
    physically | according to the timeline | according to location history | according to location data | in my location history | \
    from my location history | my location history | in the location history | location history | in my location timeline | \
    my location timeline | location timeline | in my location data | my location data | location data | does my location | did my location | \
    does my phone | in person | on site | on-site | in meinem standortverlauf | vor ort | \
    laut meinem standortverlauf | laut standortverlauf | laut meinem standort | laut meinem handy | laut google maps | physisch | leibhaftig";

/// The phrases for having been somewhere by the track.
pub(in crate::plan) fn by_track() -> impl Iterator<Item = &'static str> {
    phrases(BY_TRACK)
}

/// The phrases for where everything lies.
pub(in crate::plan) fn containers() -> impl Iterator<Item = &'static str> {
    phrases(CONTAINERS)
}

/// Whether a word carries no meaning of its own in a question of that language.
pub(in crate::plan) fn is_small(word: &str, language: Language) -> bool {
    static EN: OnceLock<HashSet<&str>> = OnceLock::new();
    static DE: OnceLock<HashSet<&str>> = OnceLock::new();
    let (set, table) = match language {
        Language::En => (&EN, SMALL_EN),
        Language::De => (&DE, SMALL_DE),
    };
    set.get_or_init(|| phrases(table).collect()).contains(word)
}

/// The phrases that turn a question around.
pub(in crate::plan) fn turning() -> impl Iterator<Item = &'static str> {
    phrases(TURNING)
}

/// Ways to say that what is of several times is added up, and not set against each other.
const ADDING: &str = "put together | taken together | added together | all together | altogether | together | combined | add up to | \
    adds up to | added up | in all | in total | in sum | zusammengerechnet | zusammengenommen | zusammengezählt | zusammen | alles in allem | \
    insgesamt";

/// The phrases for adding up.
pub(in crate::plan) fn adding() -> impl Iterator<Item = &'static str> {
    phrases(ADDING)
}

/// The phrases by which nothing is computed.
pub(in crate::plan) fn beyond_computing() -> impl Iterator<Item = &'static str> {
    phrases(BEYOND_COMPUTING)
}

/// Every small word, for spelling.
pub(in crate::plan) fn small() -> impl Iterator<Item = &'static str> {
    phrases(SMALL_EN).chain(phrases(SMALL_DE))
}
