namespace Lava.Server.Web.Dashboard.Forms;

/// <summary>How a field is filled in, and what becomes of it in the API's document.</summary>
internal enum FieldKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>Several lines of text.</summary>
    Lines,

    /// <summary>A JSON object, written out.</summary>
    Json,

    /// <summary>A text that is shown to nobody and not kept when a session ends in between.</summary>
    Secret,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>An amount of dollars: a text in the document, as all amounts are.</summary>
    Amount,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>Several of some words: an array.</summary>
    Many,

    /// <summary>A day: midnight UTC in the document.</summary>
    Day,

    /// <summary>Not shown: sent as it stands.</summary>
    Hidden,
}
