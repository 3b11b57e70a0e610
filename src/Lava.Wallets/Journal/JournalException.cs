namespace Lava.Wallets.Journal;

/// <summary>The journal can't be used; the message says why and what to look at.</summary>
public class JournalException : Exception
{
    /// <summary>With a message.</summary>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <summary>With the cause.</summary>
    public JournalException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
