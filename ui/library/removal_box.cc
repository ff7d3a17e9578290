#include "ui/library/removal_box.h"

#include <QPushButton>

#include "ui/base/text.h"
#include "ui/library/state_words.h"

namespace longtake::ui {

RemovalBox::RemovalBox(const Shelf& shelf, const QList<qint64>& videos, QWidget* parent)
    : QMessageBox(parent) {
  qint64 bytes = 0;
  QString name;
  bool damaged = false;
  for (const qint64 video : videos) {
    const ShelfVideo* known = shelf.find(video);
    if (known == nullptr) continue;
    bytes += known->bytes();
    name = nameOf(*known);
    damaged |= known->damaged;
  }
  setAttribute(Qt::WA_DeleteOnClose);
  setIcon(NoIcon);
  setWindowTitle(tr("Remove from the Library"));
  setTextFormat(Qt::PlainText);
  setText(videos.size() == 1 ? tr("Remove “%1”?").arg(name)
                             : tr("Remove %n video(s)?", nullptr, static_cast<int>(videos.size())));
  // How much lies on disk is written in the very entries that cannot be read.
  setInformativeText(
      damaged ? tr("The library cannot read the damaged entry any more. Removed with it are what "
                   "was seen, the questions and answers and the markers; only a backup of the "
                   "library still has them. The video files themselves stay.")
              : tr("What was seen, the questions and answers and the markers are deleted: %1 on "
                   "disk. The video files themselves stay.")
                    .arg(sizeText(bytes)));
  QPushButton* remove =
      addButton(damaged ? tr("Remove") : tr("Remove, Free %1").arg(sizeText(bytes)), AcceptRole);
  markDangerous(remove);
  addButton(Cancel);
  setDefaultButton(Cancel);
  connect(remove, &QPushButton::clicked, this, [this] {
    close();
    emit confirmed();
  });
}

}  // namespace longtake::ui
