#include "ui/library/file_adder.h"

#include <QFileInfo>
#include <utility>

#include "ui/base/aside.h"
#include "ui/base/engine_words.h"

namespace longtake::ui {

namespace {

QString nameOf(const QString& path) {
  return path.contains(QLatin1String("://")) ? path : QFileInfo(path).fileName();
}

}  // namespace

QString AddReport::summary() const {
  QStringList parts;
  if (added > 0) parts << FileAdder::tr("%n video(s) added", nullptr, added);
  if (known > 0) parts << FileAdder::tr("%n video(s) already there", nullptr, known);
  if (!refused.isEmpty()) {
    parts << FileAdder::tr("%n file(s) not added", nullptr, static_cast<int>(refused.size()));
  }
  if (parts.isEmpty() && left > 0) parts << FileAdder::tr("Nothing added");
  if (parts.isEmpty() && !emptyFolders.isEmpty()) parts << FileAdder::tr("No videos found");
  return parts.join(QStringLiteral(", "));
}

QStringList AddReport::troubles() const {
  QStringList lines;
  QStringList hints;
  for (const Refused& one : refused) {
    // The engine's words name the file themselves, as a rule.
    lines << (one.what.contains(one.name) ? one.what
                                          : QStringLiteral("%1: %2").arg(one.name, one.what));
    if (!one.hint.isEmpty() && !hints.contains(one.hint)) hints << one.hint;
  }
  // What to do is said once, and only where it is the same for all.
  if (hints.size() == 1) lines << hints.first();
  for (const QString& folder : emptyFolders) {
    lines << FileAdder::tr("There is no video in %1.").arg(nameOf(folder));
  }
  if (left > 0) {
    lines << FileAdder::tr("%n file(s) were not added: another library was chosen.", nullptr, left);
  }
  if (cut) lines << FileAdder::tr("There is more than one go takes: add the rest in parts.");
  return lines;
}

FileAdder::FileAdder(Context& context, QObject* parent)
    : QObject(parent), context_(context), cancelled_(std::make_shared<std::atomic<bool>>(false)) {
  connect(&context_.engine, &EngineLink::restarted, this, [this] {
    // Its request ended with the engine.
    if (isAdding()) waiting_.prepend(std::exchange(inHand_, {}));
    next();
  });
  connect(&context_.workspace, &Workspace::libraryLeft, this, [this] {
    if (!isBusy()) return;
    report_.left += static_cast<int>(waiting_.size()) + (isAdding() ? 1 : 0);
    inHand_.clear();
    cancel();
    next();
  });
}

FileAdder::~FileAdder() {
  *cancelled_ = true;
}

void FileAdder::add(const QList<QUrl>& addresses) {
  QStringList paths;
  for (const QUrl& address : addresses) {
    if (address.isLocalFile()) {
      paths << address.toLocalFile();
    } else if (address.isValid() && !address.scheme().isEmpty()) {
      waiting_ << address.toString(QUrl::FullyEncoded);
    }
  }
  if (!paths.isEmpty()) {
    ++walking_;
    runAside(
        this, [paths, cancelled = cancelled_] { return walkFiles(paths, cancelled); },
        [this, cancelled = cancelled_](const FileWalk& walk) {
          --walking_;
          if (!*cancelled) {
            waiting_ += walk.files;
            report_.emptyFolders += walk.emptyFolders;
            report_.others += walk.others;
            report_.cut |= walk.cut;
          }
          next();
        });
  }
  emit progress();
  next();
}

void FileAdder::cancel() {
  *cancelled_ = true;
  cancelled_ = std::make_shared<std::atomic<bool>>(false);
  waiting_.clear();
  emit progress();
}

void FileAdder::next() {
  if (isAdding() || !context_.engine.isRunning()) return;
  // Qt puts this letter where a name has bytes that are no UTF-8: no file is found by such a name.
  while (!waiting_.isEmpty() && waiting_.first().contains(QChar::ReplacementCharacter) &&
         !QFileInfo::exists(waiting_.first())) {
    report_.refused.append({nameOf(waiting_.takeFirst()), tr("This file's name is not valid UTF-8"),
                            tr("Rename it, then add it again.")});
    ++done_;
  }
  if (waiting_.isEmpty()) {
    if (walking_ == 0) end();
    return;
  }
  const QString path = waiting_.takeFirst();
  inHand_ = path;
  context_.engine.send(AddVideo{path.toStdString()}, this, [this, path](const Event& event) {
    if (const auto* answer = std::get_if<VideoAdded>(&event.body)) {
      ++(answer->known ? report_.known : report_.added);
      emit added(answer->video, answer->known);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      report_.refused.append(
          {nameOf(path), engineText(failure->message), engineText(failure->hint)});
    }
    if (!ends_request(event)) return;
    inHand_.clear();
    ++done_;
    emit progress();
    next();
  });
}

void FileAdder::end() {
  const AddReport report = std::exchange(report_, {});
  done_ = 0;
  emit progress();
  emit finished(report);
}

}  // namespace longtake::ui
