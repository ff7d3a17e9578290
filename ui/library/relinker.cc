#include "ui/library/relinker.h"

#include <QFileDialog>
#include <QFileInfo>

#include "ui/base/aside.h"
#include "ui/base/engine_words.h"
#include "ui/base/text.h"
#include "ui/library/file_walk.h"

namespace longtake::ui {

namespace {

using Places = QList<std::pair<qint64, QString>>;  // a video's id and its file's name or path

}  // namespace

Relinker::Relinker(Context& context, Shelf& shelf, QObject* parent)
    : QObject(parent), context_(context), shelf_(shelf) {}

void Relinker::ask(qint64 video, QWidget* window) {
  const ShelfVideo* known = shelf_.find(video);
  if (known == nullptr || known->isAddress() || dialog_ != nullptr) return;
  const QString name = text(known->video.path.filename().string());
  dialog_ = new QFileDialog(window, tr("Where is %1 now?").arg(name));
  dialog_->setAttribute(Qt::WA_DeleteOnClose);
  dialog_->setFileMode(QFileDialog::ExistingFile);
  dialog_->setNameFilters({tr("Videos (%1)").arg(videoPatterns()), tr("All files (*)")});
  if (!context_.settings.lastFolder().isEmpty()) {
    dialog_->setDirectory(context_.settings.lastFolder());
  }
  connect(dialog_, &QFileDialog::fileSelected, this, [this, video](const QString& file) {
    context_.settings.setLastFolder(QFileInfo(file).absolutePath());
    relinkTo(video, file);
  });
  dialog_->open();
}

void Relinker::relinkTo(qint64 video, const QString& file) {
  context_.engine.send(RelinkVideo{video, file.toStdString()}, this,
                       [this, file](const Event& event) {
                         if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
                           emit refused(engineText(failure->message), engineText(failure->hint));
                         } else if (const auto* answer = std::get_if<VideoAdded>(&event.body)) {
                           emit found(answer->video);
                           lookBeside(QFileInfo(file).absolutePath());
                         }
                       });
}

// What was lost together is mostly found together: other missing files by their names in the same
// folder. The engine compares the content, so a namesake is not taken for the video.
void Relinker::lookBeside(const QString& folder) {
  Places missing;
  for (const ShelfVideo& video : shelf_.videos()) {
    if (!video.missing) continue;
    missing << std::pair(video.video.id, text(video.video.path.filename().string()));
  }
  if (missing.isEmpty()) return;
  const auto look = [folder, missing] {
    Places places;
    for (const auto& [video, name] : missing) {
      const QString path = folder + QLatin1Char('/') + name;
      if (QFileInfo(path).isFile()) places << std::pair(video, path);
    }
    return places;
  };
  runAside(this, look, [this](const Places& places) {
    for (const auto& [video, path] : places) {
      const ShelfVideo* known = shelf_.find(video);
      if (known == nullptr || text(known->video.path.string()) == path) continue;
      context_.engine.send(RelinkVideo{video, path.toStdString()}, this,
                           [this](const Event& event) {
                             if (const auto* answer = std::get_if<VideoAdded>(&event.body))
                               emit found(answer->video);
                           });
    }
  });
}

}  // namespace longtake::ui
