// Declares QueueStrip: one line above the list: how much there is to be watched, and the button
// that pauses or resumes all of it; while files are being added, how far that is.
//
// Thread rule: GUI thread. Lifetime rule: theme, queue and adder outlive it.
#ifndef LONGTAKE_UI_LIBRARY_QUEUE_STRIP_H_
#define LONGTAKE_UI_LIBRARY_QUEUE_STRIP_H_

#include <QWidget>

#include "ui/base/theme.h"
#include "ui/library/file_adder.h"
#include "ui/library/watch_queue.h"

class QLabel;
class QToolButton;

namespace longtake::ui {

class QueueStrip : public QWidget {
  Q_OBJECT

 public:
  QueueStrip(const Theme& theme, WatchQueue& queue, FileAdder& adder, QWidget* parent = nullptr);

 private:
  void follow();
  void click();
  QString wordsOfQueue() const;
  bool isAdding() const;  // more than one file
  void restyle();

  const Theme& theme_;
  WatchQueue& queue_;
  FileAdder& adder_;
  QLabel* words_;
  QToolButton* button_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_LIBRARY_QUEUE_STRIP_H_
