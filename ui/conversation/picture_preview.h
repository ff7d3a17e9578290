// Declares PicturePreview: the bigger picture that appears beside a citation under the pointer.
//
// Thread rule: GUI thread. Lifetime rule: one per program, owned by whoever showed it last; hides
// with it.
#ifndef LONGTAKE_UI_CONVERSATION_PICTURE_PREVIEW_H_
#define LONGTAKE_UI_CONVERSATION_PICTURE_PREVIEW_H_

#include <QPixmap>
#include <QWidget>

#include "ui/base/theme.h"

namespace longtake::ui {

class PicturePreview : public QWidget {
  Q_OBJECT

 public:
  PicturePreview(const Theme& theme, QWidget* owner);

  // Beside `anchor` (global), where there is room. A null picture waits for setPicture().
  void showBeside(const QRect& anchor, const QPixmap& picture, const QString& title,
                  const QString& detail);
  void setPicture(const QPixmap& picture);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QSize pictureSize() const;

  const Theme& theme_;
  QPixmap picture_;
  QString title_;
  QString detail_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_PICTURE_PREVIEW_H_
