#include "ui/conversation/wording.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QSet>
#include <algorithm>
#include <cmath>

#include "ui/base/text.h"
#include "ui/base/verdict.h"

namespace longtake::ui {

namespace {

// A memory ends with its last looked-at picture, a little before the video does.
constexpr Micros kEndTolerance = 3 * kMicrosPerSecond;
constexpr Micros kMuchMore = 60 * kMicrosPerSecond;

struct Tr {
  Q_DECLARE_TR_FUNCTIONS(Conversation)
};

// The part of a video that a question was about; its end is 0 where the video's length is unknown.
TimeRange askedPart(const QuestionScope& scope, Micros duration) {
  TimeRange part = scope.range.value_or(TimeRange{0, duration});
  if (duration > 0) part.end = std::min(part.end, duration);
  return part;
}

Micros coveredOf(const std::vector<SeenRange>& coverage, qint64 video) {
  Micros sum = 0;
  for (const SeenRange& seen : coverage) {
    if (seen.video == video) sum += seen.time.length();
  }
  return sum;
}

Micros coveredUntil(const std::vector<SeenRange>& coverage, qint64 video) {
  Micros until = 0;
  for (const SeenRange& seen : coverage) {
    if (seen.video == video) until = std::max(until, seen.time.end);
  }
  return until;
}

QJsonObject timingOf(const store::Answer& answer) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(answer.timing)).object();
}

QString shortTime(double milliseconds) {
  if (milliseconds >= 100) return elapsedWords(std::llround(milliseconds));
  return Tr::tr("%1 ms").arg(QLocale().toString(milliseconds, 'f', milliseconds < 10 ? 1 : 0));
}

QString markdownText(QString text) {
  static const QString special = QStringLiteral("\\`*_[]<>#|");
  QString result;
  result.reserve(text.size());
  for (const QChar c : text) {
    if (special.contains(c)) result += QLatin1Char('\\');
    result += c;
  }
  return result;
}

}  // namespace

QString phaseWords(session::Phase phase) {
  switch (phase) {
    case session::Phase::waiting:
      return Tr::tr("Waiting for its turn");
    case session::Phase::loading_model:
      return Tr::tr("Getting the model ready");
    case session::Phase::recalling:
      return Tr::tr("Recalling");
    case session::Phase::answering:
      return Tr::tr("Answering");
    case session::Phase::verifying:
      return Tr::tr("Checking the citations");
  }
  return {};
}

QString elapsedWords(qint64 milliseconds) {
  if (milliseconds >= 60'000) return durationWords(milliseconds * 1000);
  const double seconds = static_cast<double>(milliseconds) / 1000;
  return Tr::tr("%1 s").arg(QLocale().toString(seconds, 'f', seconds < 10 ? 1 : 0));
}

Support supportOf(const AnswerItem& item) {
  if (item.answer.state != store::AnswerState::done) return Support::unknown;
  if (!item.answer.found) return Support::none;
  const auto& citations = item.answer.citations;
  const auto has = [&](store::Verdict verdict) {
    return std::any_of(citations.begin(), citations.end(), [&](const store::Citation& citation) {
      return shownVerdict(citation, true) == verdict;
    });
  };
  if (has(store::Verdict::confirmed)) return Support::strong;
  return has(store::Verdict::none) || citations.empty() ? Support::some : Support::weak;
}

QString supportWords(Support support) {
  switch (support) {
    case Support::unknown:
      return {};
    case Support::none:
      return Tr::tr("No support");
    case Support::weak:
      return Tr::tr("Weak support");
    case Support::some:
      return Tr::tr("Some support");
    case Support::strong:
      return Tr::tr("Strong support");
  }
  return {};
}

QString supportDetails(const AnswerItem& item) {
  const QLocale locale;
  const double support = item.answer.support;
  QString result = Tr::tr("Support %1").arg(locale.toString(support, 'f', 1));
  const double times = std::exp(std::clamp(support, -20.0, 20.0));
  if (times >= 1) {
    result +=
        QLatin1Char('\n') +
        Tr::tr("With what was seen, each word of the answer is %1 times as likely as without.")
            .arg(locale.toString(times, 'f', times < 10 ? 1 : 0));
  } else {
    result += QLatin1Char('\n') +
              Tr::tr("With what was seen, the answer is no likelier than without it.");
  }
  const auto& citations = item.answer.citations;
  const auto confirmed =
      std::count_if(citations.begin(), citations.end(), [](const store::Citation& citation) {
        return citation.verdict == store::Verdict::confirmed;
      });
  if (item.isFound() && !citations.empty()) {
    result += QLatin1Char('\n') + Tr::tr("%1 of %n citation(s) confirmed when looked at alone.",
                                         nullptr, static_cast<int>(citations.size()))
                                      .arg(confirmed);
  }
  return result;
}

QString evidenceWords(double share) {
  if (share >= 0.5) return Tr::tr("main evidence");
  if (share >= kPartOfTheEvidence) return Tr::tr("part of the evidence");
  return Tr::tr("little of the evidence");
}

QString verdictWords(const store::Citation& citation, const AnswerItem& item) {
  switch (shownVerdict(citation, !item.isNotFound())) {
    case store::Verdict::confirmed:
      return Tr::tr("Confirmed");
    case store::Verdict::not_confirmed:
      return Tr::tr("Not confirmed");
    case store::Verdict::none:
      break;
  }
  if (citation.verdict == store::Verdict::confirmed) return Tr::tr("Weakly confirmed");
  return item.isRunning() ? Tr::tr("Checking…") : Tr::tr("Not checked");
}

QString userVerdictWords(store::Verdict verdict) {
  switch (verdict) {
    case store::Verdict::confirmed:
      return Tr::tr("Accepted");
    case store::Verdict::not_confirmed:
      return Tr::tr("Rejected");
    case store::Verdict::none:
      break;
  }
  return {};
}

QString scopeWords(const std::vector<QuestionScope>& scopes, const SeenVideos& videos,
                   qint64 open) {
  if (scopes.size() != 1) return Tr::tr("%n video(s)", nullptr, static_cast<int>(scopes.size()));
  const QuestionScope& scope = scopes.front();
  const bool known = videos.find(scope.video) != nullptr;
  if (!known && videos.isKnown()) return Tr::tr("A removed video");
  QStringList words;
  if (known && scope.video != open) words << videos.name(scope.video);
  const Micros duration = videos.duration(scope.video);
  if (!scope.range) {
    if (words.isEmpty()) words << Tr::tr("Whole video");
  } else if (scope.range->begin == 0) {
    words << Tr::tr("Up to %1").arg(timeText(scope.range->end, 0, duration));
  } else {
    words << rangeText(*scope.range, duration);
  }
  return words.join(QStringLiteral(" · "));
}

QString coverageWords(const Turn& turn, const store::Answer& answer, const SeenVideos& videos) {
  const std::vector<SeenRange> coverage = coverageFromJson(answer.coverage);
  if (coverage.empty()) return {};
  int unfinished = 0;
  QString line;
  for (const QuestionScope& scope : turn.scopes) {
    if (videos.find(scope.video) == nullptr) continue;  // removed, or the library is not read yet
    const Micros duration = videos.duration(scope.video);
    const TimeRange part = askedPart(scope, duration);
    const Micros until = coveredUntil(coverage, scope.video);
    if (part.end > 0 && until + kEndTolerance >= part.end) continue;
    ++unfinished;
    line = Tr::tr("From %1 to %2 seen so far")
               .arg(timeText(part.begin, 0, duration), timeText(until, 0, duration));
  }
  if (unfinished == 0) return {};
  if (turn.scopes.size() == 1) return line;
  return Tr::tr("%n of them not seen to the end", nullptr, unfinished);
}

bool isOutdated(const Turn& turn, const store::Answer& answer, const SeenVideos& videos) {
  const std::vector<SeenRange> coverage = coverageFromJson(answer.coverage);
  for (const QuestionScope& scope : turn.scopes) {
    const SeenVideo* video = videos.find(scope.video);
    if (video == nullptr) continue;
    const TimeRange part = askedPart(scope, video->duration());
    const Micros more = video->seenOf(scope.range) - coveredOf(coverage, scope.video);
    const Micros tenth = part.length() > 0 ? part.length() / 10 : kMuchMore;
    if (more >= kEndTolerance && more >= std::min(tenth, kMuchMore)) return true;
  }
  return false;
}

QString provenanceWords(const store::Answer& answer) {
  const QString model = text(answer.model);
  const double total = timingOf(answer).value(QStringLiteral("total_ms")).toDouble();
  if (total <= 0) return model;
  const QString time = shortTime(total);
  return model.isEmpty() ? time : QStringLiteral("%1 · %2").arg(model, time);
}

QString timingDetails(const store::Answer& answer) {
  const QJsonObject timing = timingOf(answer);
  QStringList lines;
  if (!answer.model.empty()) lines << Tr::tr("Model: %1").arg(text(answer.model));
  if (answer.started_at > 0) lines << Tr::tr("Answered: %1").arg(dayWords(answer.started_at));
  const std::pair<const char*, QString> parts[] = {
      {"first_token_ms", Tr::tr("First word after %1")},
      {"score_ms", Tr::tr("Choosing what to recall: %1")},
      {"load_ms", Tr::tr("Reading it: %1")},
      {"verify_ms", Tr::tr("Checking the citations: %1")},
      {"total_ms", Tr::tr("Altogether: %1")},
  };
  for (const auto& [key, line] : parts) {
    const double milliseconds = timing.value(QLatin1String(key)).toDouble();
    if (milliseconds <= 0) continue;
    lines << line.arg(shortTime(milliseconds));
  }
  return lines.join(QLatin1Char('\n'));
}

QString dayWords(qint64 secondsUtc) {
  const QLocale locale;
  const QDateTime time = QDateTime::fromSecsSinceEpoch(secondsUtc);
  const QDate today = QDate::currentDate();
  const QString clock = locale.toString(time.time(), QLocale::ShortFormat);
  if (time.date() == today) return Tr::tr("Today, %1").arg(clock);
  if (time.date() == today.addDays(-1)) return Tr::tr("Yesterday, %1").arg(clock);
  return locale.toString(time.date(), QLocale::ShortFormat);
}

QString answerAsMarkdown(const Turn& turn, const AnswerItem& item, const SeenVideos& videos) {
  QString result = QStringLiteral("**%1**\n\n").arg(markdownText(turn.question));
  const QString answer = text(item.answer.text).trimmed();
  if (item.isNotFound()) {
    result += Tr::tr("Not found in what was seen.");
    if (!answer.isEmpty()) {
      result += QLatin1Char(' ') +
                Tr::tr("The model said “%1”, without support.").arg(markdownText(answer));
    }
  } else {
    result += markdownText(answer);
  }
  const QString coverage = coverageWords(turn, item.answer, videos);
  if (!coverage.isEmpty()) result += QStringLiteral("\n\n_%1_").arg(coverage);
  if (!item.answer.citations.empty()) {
    result +=
        QStringLiteral("\n\n") +
        (item.isNotFound() ? Tr::tr("Nearest moments, not confirmed:") : Tr::tr("Citations:")) +
        QLatin1Char('\n');
  }
  for (const store::Citation& citation : item.answer.citations) {
    QStringList words = {evidenceWords(citation.score), verdictWords(citation, item).toLower()};
    const QString user = userVerdictWords(citation.user_verdict);
    if (!user.isEmpty()) words << user.toLower();
    result += QStringLiteral("\n- %1, %2 (%3)")
                  .arg(markdownText(videos.name(citation.video_id)),
                       rangeText(citation.time, videos.duration(citation.video_id)),
                       words.join(QStringLiteral(", ")));
  }
  return result + QLatin1Char('\n');
}

}  // namespace longtake::ui
