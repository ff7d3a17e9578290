// asking_desktop FOLDER VIDEO [QUESTION]: the desktop as a person has it, for a test that kills it.
// Opens the video; with a question, sets a marker, types it as soon as it can be sent, and goes on
// until it is killed; without one, says what the conversation shows and ends. What happens is told
// on stdout, a word a line:
//   ready          the conversation of the last time is open, if there is one
//   marked         the marker has been saved
//   asked          the question has been sent
//   stored         the engine has put it on disk
//   answering      the model is there, and the engine has taken it up
//   writing        the answer has begun to appear
//   ended          the answer is complete
//   shown TEXT     a line of text that the conversation shows (without a question)
#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTimer>
#include <cstdio>

#include "ui/conversation/conversation_panel.h"
#include "ui/conversation/match_label.h"
#include "ui/window/desktop.h"
#include "ui/window/main_window.h"

namespace {

void tell(const char* word, const QString& more = {}) {
  std::printf("%s%s\n", word, qPrintable(more));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace longtake::ui;
  QCoreApplication::setApplicationName(QStringLiteral("longtake"));
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  if (arguments.size() < 3) return 2;
  DesktopOptions options;
  options.resources = QStringLiteral(LONGTAKE_SOURCE_DIR "/resources");
  options.settingsFile = arguments[1] + "/settings.ini";
  options.library = arguments[1] + "/library";
  options.device = QStringLiteral("cpu");
  Desktop desktop(options);
  desktop.context().settings.setWelcomed(true);
  desktop.open({arguments[2]});
  desktop.start();

  auto* panel = desktop.window().findChild<ConversationPanel*>();
  auto* box = panel->findChild<QPlainTextEdit*>(QStringLiteral("question"));
  auto* send = panel->findChild<QAbstractButton*>(QStringLiteral("send"));
  if (box == nullptr || send == nullptr) return 3;
  ConversationModel& model = panel->model();

  if (arguments.size() == 3) {
    QObject::connect(&model, &ConversationModel::reset, panel, [&] {
      if (model.turns().isEmpty()) return;
      QTimer::singleShot(500, panel, [panel] {
        for (const QLabel* label : panel->findChildren<QLabel*>()) {
          if (label->isVisible()) tell("shown ", label->text().simplified());
        }
        for (const ElidedLabel* label : panel->findChildren<ElidedLabel*>()) {
          if (label->isVisible()) tell("shown ", label->text());
        }
        QApplication::quit();
      });
    });
    QTimer::singleShot(20'000, panel, [] { QApplication::exit(4); });
    return QApplication::exec();
  }

  QObject::connect(&model, &ConversationModel::turnChanged, panel, [&](int turn) {
    const AnswerItem& item = model.turns().at(turn).answers.last();
    if (item.isRunning() && item.answer.id != 0) tell("stored");
    if (item.isRunning() && item.phase >= longtake::session::Phase::recalling) tell("answering");
  });
  QObject::connect(&model, &ConversationModel::answerGrew, panel, [] { tell("writing"); });
  QObject::connect(&model, &ConversationModel::answerEnded, panel, [] { tell("ended"); });
  QTimer trying;
  QObject::connect(&trying, &QTimer::timeout, panel, [&] {
    if (!desktop.context().workspace.hasVideo()) return;
    if (box->toPlainText().isEmpty()) box->setPlainText(arguments[3]);
    if (!send->isEnabled()) return;  // nothing seen yet
    trying.stop();
    tell("ready");
    desktop.context().actions[ActionId::addMarker]->trigger();
  });
  QObject::connect(&desktop.context().engine, &EngineLink::markersChanged, panel, [&] {
    tell("marked");
    send->click();
    tell("asked");
  });
  trying.start(10);
  return QApplication::exec();
}
