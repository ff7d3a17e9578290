#include "ui/player/picture_saver.h"

#include <QFileDialog>
#include <QFileInfo>

#include "ui/base/engine_words.h"
#include "ui/player/jumps.h"

namespace longtake::ui {

PictureSaver::PictureSaver(Context& context, QWidget* parent)
    : QObject(parent), context_(context), window_(parent) {}

void PictureSaver::save(Micros time) {
  const store::Video& video = context_.workspace.video();
  auto* dialog = new QFileDialog(window_, tr("Save Picture"));
  dialog->setObjectName(QStringLiteral("save_picture"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setNameFilter(tr("PNG pictures (*.png)"));
  dialog->setDefaultSuffix(QStringLiteral("png"));
  dialog->setDirectory(context_.settings.exportFolder(QStandardPaths::PicturesLocation));
  dialog->selectFile(momentName(video, time) + QStringLiteral(".png"));
  connect(dialog, &QFileDialog::fileSelected, this,
          [this, id = video.id, time](const QString& path) { write(id, time, path); });
  dialog->open();
}

void PictureSaver::write(qint64 video, Micros time, const QString& path) {
  context_.engine.send(
      SaveFrame{video, time, path.toStdString()}, this, [this, path](const Event& event) {
        if (std::holds_alternative<Exported>(event.body)) {
          context_.settings.setExportFolder(QFileInfo(path).absolutePath());
          emit context_.workspace.told(tr("Picture saved as %1").arg(QFileInfo(path).fileName()));
          emit saved(path);
        } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
          emit context_.engine.failed(engineText(failure->message), engineText(failure->hint));
        }
      });
}

}  // namespace longtake::ui
