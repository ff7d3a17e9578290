// Declares CitationChip: one cited time range as a picture with its range, the verdict of the check
// and the analyst's own. A click plays it, Ctrl+click asks for a marker, hovering shows a bigger
// picture.
//
// Thread rule: GUI thread. Lifetime rule: the context and the pictures outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_CITATION_CHIP_H_
#define LONGTAKE_UI_CONVERSATION_CITATION_CHIP_H_

#include <QAbstractButton>
#include <QTimer>

#include "ui/base/context.h"
#include "ui/conversation/pictures.h"
#include "ui/conversation/turn.h"

namespace longtake::ui {

class PicturePreview;

class CitationChip : public QAbstractButton {
  Q_OBJECT

 public:
  CitationChip(Context& context, Pictures& pictures, QWidget* parent = nullptr);

  // number: its place in the answer, from 1. videoName: shown if not empty.
  void setCitation(const store::Citation& citation, const AnswerItem& item, int number,
                   const QString& videoName, Micros videoDuration);
  void setSelected(bool selected);

  const store::Citation& citation() const { return citation_; }
  bool isChecking() const { return checking_; }
  Micros middle() const { return citation_.time.begin + citation_.time.length() / 2; }

  QSize sizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 signals:
  void playWanted();
  void markerWanted();
  void clipWanted();
  void verdictWanted(longtake::store::Verdict verdict);  // none: takes it back

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void paintPicture(QPainter& painter, const QRect& area);
  void paintBadges(QPainter& painter, const QRect& area);
  void paintWords(QPainter& painter, const QRect& area);
  void describe();
  void showPreview();
  void dismissPreview();

  Context& context_;
  Pictures& pictures_;
  store::Citation citation_;
  int number_ = 0;
  QString range_;
  QString verdict_;
  QString evidence_;
  QString video_;
  store::Verdict shown_ = store::Verdict::none;
  bool checking_ = false;
  bool selected_ = false;
  QTimer hover_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_CITATION_CHIP_H_
