// Declares VideoChooser: the little dialog in which the videos of a question are ticked.
//
// Thread rule: GUI thread. Lifetime rule: opened with open(); theme and videos outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_VIDEO_CHOOSER_H_
#define LONGTAKE_UI_CONVERSATION_VIDEO_CHOOSER_H_

#include <QDialog>
#include <QSet>

#include "ui/base/theme.h"
#include "ui/conversation/seen_videos.h"

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace longtake::ui {

class VideoChooser : public QDialog {
  Q_OBJECT

 public:
  VideoChooser(const Theme& theme, const SeenVideos& videos, const QSet<qint64>& checked,
               QWidget* parent = nullptr);

 signals:
  void chosen(const QSet<qint64>& videos);

 private:
  QSet<qint64> checked() const;
  void count();
  void filter(const QString& words);

  QLineEdit* filter_;
  QListWidget* list_;
  QLabel* count_;
  QPushButton* ask_;
  QDialogButtonBox* buttons_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_VIDEO_CHOOSER_H_
