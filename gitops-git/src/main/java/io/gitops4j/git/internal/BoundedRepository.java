package io.gitops4j.git.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.attributes.AttributesNodeProvider;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.BaseRepositoryBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectDatabase;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.transport.PackParser;

/**
 * A repository that takes no more from a server than it may: every transport puts what it fetches
 * through an inserter. Another view of an open one, which is not closed with it.
 *
 * <p>Its configuration is that of its own file: with that of the user, below which JGit puts every
 * open one, a transport would run hooks, send headers and cookies, and trust servers as it says.
 */
final class BoundedRepository extends Repository {
  private final Repository into;
  private final Allowance allowance;
  private final FileBasedConfig config;

  BoundedRepository(Repository into, Allowance allowance) throws IOException {
    super(options(into));
    this.into = into;
    this.allowance = allowance;
    this.config = own(into);
  }

  private static BaseRepositoryBuilder<?, ?> options(Repository into) {
    return new RepositoryBuilder().setGitDir(into.getDirectory()).setFS(into.getFS()).setBare();
  }

  private static FileBasedConfig own(Repository into) throws IOException {
    FileBasedConfig own =
        new FileBasedConfig(new File(into.getDirectory(), Constants.CONFIG), into.getFS());
    try {
      own.load();
    } catch (ConfigInvalidException e) {
      throw new IOException(e.getMessage(), e);
    }
    return own;
  }

  @Override
  public ObjectInserter newObjectInserter() {
    ObjectInserter inserter = into.newObjectInserter();
    return new ObjectInserter.Filter() {
      @Override
      protected ObjectInserter delegate() {
        return inserter;
      }

      @Override
      public PackParser newPackParser(InputStream in) throws IOException {
        PackParser parser = inserter.newPackParser(allowance.pack(in));
        parser.setMaxObjectSizeLimit(allowance.limits().objectBytes());
        return parser;
      }
    };
  }

  @Override
  public void create(boolean bare) throws IOException {
    into.create(bare);
  }

  @Override
  public String getIdentifier() {
    return into.getIdentifier();
  }

  @Override
  public ObjectDatabase getObjectDatabase() {
    return into.getObjectDatabase();
  }

  @Override
  public RefDatabase getRefDatabase() {
    return into.getRefDatabase();
  }

  @Override
  public StoredConfig getConfig() {
    return config;
  }

  @Override
  public AttributesNodeProvider createAttributesNodeProvider() {
    return into.createAttributesNodeProvider();
  }

  @Override
  public void scanForRepoChanges() throws IOException {
    into.scanForRepoChanges();
  }

  @Override
  public void notifyIndexChanged(boolean internal) {
    into.notifyIndexChanged(internal);
  }
}
