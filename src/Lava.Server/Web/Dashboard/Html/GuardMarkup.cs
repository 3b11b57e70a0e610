using Lava.Server.Web.Dashboard.Forms;

namespace Lava.Server.Web.Dashboard.Html;

/// <summary>Steps that can't be taken back: one press tells what they mean, a second one takes them. Needs no script.</summary>
internal static class GuardMarkup
{
    /// <summary>A step.</summary>
    /// <param name="title">What the first press reads.</param>
    /// <param name="meaning">What it means.</param>
    /// <param name="action">Where it is sent to.</param>
    /// <param name="token">What its form must carry.</param>
    /// <param name="button">What the second press reads.</param>
    public static Markup Of(string title, string meaning, string action, string token, string button) => Markup.Of($"""
        <details class="guard"><summary>{title}</summary><p>{meaning}</p>
        {FormMarkup.Button(action, token, button, isDangerous: true)}</details>
        """);

    /// <summary>Why a step was refused; nothing where it was not.</summary>
    public static Markup Refused(ApiAnswer? answer) => answer is null
        ? Markup.Empty
        : Markup.Of($"""<div class="notice bad" role="alert"><p>{answer.Message}</p></div>""");
}
