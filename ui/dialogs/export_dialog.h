// Declares ExportDialog: what is known about a video, written in the format that somebody else
// needs, with a preview of the very bytes.
//
// Thread rule: GUI thread. Lifetime rule: opened with open(); the context outlives it.
#ifndef LONGTAKE_UI_DIALOGS_EXPORT_DIALOG_H_
#define LONGTAKE_UI_DIALOGS_EXPORT_DIALOG_H_

#include <QDialog>
#include <QTimer>

#include "ui/base/context.h"
#include "ui/base/replace_step.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace longtake::ui {

class ExportFormats;
class ExportPreview;

class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  // Of the video that is open.
  explicit ExportDialog(Context& context, QWidget* parent = nullptr);

  // Only this conversation; 0 = all of the video's.
  void setConversation(qint64 conversation);

 private:
  void build();
  QWidget* buildOptions();
  void readConversations();
  void showOptions();
  void suggestName();
  Export command() const;
  void preview();
  void choose();
  void write();
  void take(const Event& event);
  void hush();  // what was told is of other choices
  void tell(const QString& words, QColor Colors::*color);
  void applyTheme();

  Context& context_;
  const store::Video video_;
  qint64 wanted_ = 0;  // the conversation to be chosen as soon as the list is there
  QString written_;    // the file that the last export made
  QString suggested_;  // the name in the field is still ours
  ReplaceStep replace_;
  RequestId previewing_ = 0;
  RequestId writing_ = 0;
  report::Format formatWritten_ = report::Format::markdown;  // by that request
  QTimer soon_;                                              // until the next preview

  QLabel* title_;
  QHBoxLayout* panes_;
  QVBoxLayout* column_;
  QScrollArea* side_;  // options and preview: at large text they are taller than the screen
  QVBoxLayout* sideColumn_;
  ExportFormats* formats_;
  QFormLayout* form_;
  QComboBox* which_;
  QCheckBox* citations_;
  QCheckBox* markers_;
  QCheckBox* accepted_;
  QCheckBox* pictures_;
  QComboBox* language_;
  QComboBox* rate_;
  QLineEdit* start_;
  QComboBox* separator_;
  QCheckBox* mark_;
  ExportPreview* preview_;
  QLineEdit* path_;
  QPushButton* choose_;
  QLabel* state_;
  QPushButton* openFolder_;
  QPushButton* close_;
  QPushButton* export_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_DIALOGS_EXPORT_DIALOG_H_
