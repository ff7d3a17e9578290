// Declares Notice: what stands in the picture's place when there is no picture: what is the matter,
// and the buttons that help.
//
// Thread rule: GUI thread. Lifetime rule: as its parent.
#ifndef LONGTAKE_UI_PLAYER_NOTICE_H_
#define LONGTAKE_UI_PLAYER_NOTICE_H_

#include <QLabel>
#include <QPushButton>
#include <QWidget>
#include <functional>

#include "ui/base/theme.h"

namespace longtake::ui {

class Notice : public QWidget {
  Q_OBJECT

 public:
  struct Help {
    QString text;
    std::function<void()> act;
  };

  Notice(Theme& theme, QWidget* parent);

  // The first button is the one that most likely helps.
  void say(const QString& icon, const QString& title, const QString& text,
           const QList<Help>& helps = {});
  QString title() const { return title_->text(); }
  QString text() const { return text_->text(); }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void restyle();

  Theme& theme_;
  QString iconName_;
  QLabel* icon_;
  QLabel* title_;
  QLabel* text_;
  QWidget* buttons_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_PLAYER_NOTICE_H_
